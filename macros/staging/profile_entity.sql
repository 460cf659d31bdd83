{#-
    What int_source_files counts of an entity's raw rows: the file of each, whether the settings leave it in, when it happened,
    and how many of its values were there and are null after staging.

    Arguments: node (a staging model's node; of a table of Dataverse nothing happened at any time), raw (its raw table).
    Returns: a select, or nothing where the table is absent.
-#}
{% macro profile_entity(node, raw) -%}
    {%- if raw %}
        {%- set entity = raw_name(node) -%}
        {%- set scope = rows_in_scope(raw) | trim if (node.config.meta or {}).get("entity") else "" %}
    select
        {{ sql_text(entity) }} as interaction_type,
        cast(raw.cij_source_file as string) as source_file,
        {{ scope or "true" }} as is_in_scope,
        {% if "occurred_at" in node.columns -%}
        {{ staged_value(node.columns["occurred_at"], raw, entity) }} as occurred_at,
        {%- else -%}
        cast(null as timestamp) as occurred_at,
        {%- endif %}
        {% for condition in rejectable_columns(node, raw).values() -%}
        case when {{ condition }} then 1 else 0 end{{ " + " if not loop.last }}
        {%- else -%}
        0
        {%- endfor %} as rejected_values
    from {{ raw.file_relation }} as raw
    {%- endif -%}
{%- endmacro %}

{#-
    Every raw value of an entity that staging could not take, one row each.

    Arguments: node (a staging model's node), raw (its raw table), files (list: look in these alone). Returns: a select of
    interaction_type, source_file, row_number, row_key, column_name, reason and raw_value (masked).
-#}
{% macro rejected_values(node, raw, files) -%}
    {%- set rejects, columns = [], all_columns(node) -%}
    {%- for name, condition in rejectable_columns(node, raw).items() -%}
        {%- set column = columns[name] -%}
        {%- set value = raw_reference(raw.columns[raw_attribute(column)]) -%}
        {%- do rejects.append({
            "condition": condition,
            "column_name": sql_text(name),
            "reason": rejection_reason(value, raw.columns[raw_attribute(column)].type, column),
            "raw_value": masked("replace(cast(" ~ value ~ " as string), '" ~ day_first_mark() ~ "', '')"),
        }) -%}
    {%- endfor %}
    select
        {{ sql_text(raw_name(node)) }} as interaction_type,
        rejected.source_file,
        rejected.row_number,
        rejected.row_key,
        rejected.column_name,
        rejected.reason,
        rejected.raw_value
    from {{ unnested_rejects(rejects, {
        "source_file": "cast(raw.cij_source_file as string)",
        "row_number": "raw.cij_row_number + 1",
        "row_key": row_key(raw),
    }, raw.file_relation ~ " as raw where raw.cij_source_file in (" ~ sql_texts(files) ~ ")") }} as rejected
{%- endmacro %}

{#-
    What names a raw row: its own id, or that of its event; masked where columns are out of place and something else
    stands there. Returns: SQL, null where the table has neither.
-#}
{% macro row_key(raw) -%}
    {%- set keys = [] -%}
    {%- for attribute in ["internalmarketinginteractionid", "idempotencyid"] if attribute in raw.columns -%}
        {%- set key = "cast(" ~ raw_reference(raw.columns[attribute]) ~ " as string)" -%}
        {%- do keys.append("case when " ~ looks_like_key(key) ~ " then " ~ key ~ " else " ~ masked(key) ~ " end") -%}
    {%- endfor -%}
    coalesce({{ keys | join(", ") ~ ", " if keys }}cast(null as string))
{%- endmacro %}

{#- A dict staging column -> SQL that is true where a raw value was there and staging has lost it. -#}
{% macro rejectable_columns(node, raw) -%}
    {%- set rejectable = {} -%}
    {#- Text takes everything. -#}
    {%- for column in all_columns(node).values() if column.data_type != "varchar" -%}
        {%- set raw_column = raw.columns.get(raw_attribute(column)) -%}
        {%- if raw_column and (column.name == "occurred_at" or cast_can_fail(raw_column.type, column.data_type)) -%}
            {%- set value = raw_reference(raw_column) -%}
            {%- set staged = staged_value(column, raw, raw_name(node)) -%}
            {%- do rejectable.update({
                column.name: "((" ~ staged ~ ") is null and " ~ is_there(value, raw_column.type) ~ ")"
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(rejectable) }}
{%- endmacro %}

{#- Why a value was not taken. Arguments: value (SQL), raw_type, column (a YAML column). Returns: SQL, text. -#}
{% macro rejection_reason(value, raw_type, column) -%}
    {%- set reason = {
        "timestamp": "not a timestamp",
        "bigint": "not a whole number",
        "double": "not a number",
        "boolean": "not true or false",
        "json": "no object or list in JSON",
    }[column.data_type] -%}
    {%- set reason = reason ~ ", and no label that is known" if (column.config.meta or {}).get("options") else reason -%}
    {%- set causes = {} -%}
    {%- if column.data_type == "timestamp" and raw_type == "VARCHAR" -%}
        {%- set cause = day_first_mark() ~ "dates of this file begin with the day" -%}
        {%- do causes.update({value ~ " like '" ~ day_first_mark() ~ "%'": cause}) -%}
    {%- endif -%}
    {%- if column.name == "occurred_at" -%}
        {%- do causes.update({"(" ~ cast_to(value, raw_type, column) ~ ") is not null": "outside the calendar"}) -%}
    {%- endif -%}
    {%- if causes %}
    case
        {%- for condition, cause in causes.items() %}
        when {{ condition }} then {{ sql_text(cause) }}
        {%- endfor %}
        else {{ sql_text(reason) }}
    end
    {%- else -%}
        {{ sql_text(reason) }}
    {%- endif -%}
{%- endmacro %}
