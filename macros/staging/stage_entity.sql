{#-
    The whole SQL of a staging model. Its YAML is the mapping: for each column there, the raw attribute
    (`config.meta.source`, else the column's name in PascalCase; letter case never matters) is cast to the column's
    `data_type`; of several attributes the first that isn't null counts; an attribute that the raw table lacks becomes a
    typed null; an absent raw table becomes no rows. Unknown raw columns are left out here, unless the var
    passthrough_columns asks for them, and listed in `ops.source_coverage`. Only rows that `rows_in_scope` names are
    read; how many others there are is counted in `int_source_files`.

    Argument: entity (its exact name, or a table of Dataverse; stated here and not only in the YAML because dbt knows no
    YAML yet when it looks for the refs). Reads `model`. Returns: a select with the YAML's columns, in its order, and the
    added ones.
-#}
{% macro stage_entity(entity) -%}
    {%- if execute and raw_name(model) != entity -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ": the SQL stages " ~ entity ~ ", the YAML's meta says " ~ raw_name(model)
        ) -%}
    {%- endif -%}
    {#- Only for the graph: the sample's seed comes before this view, and what is loaded has its profile. -#}
    {%- set seed = ref(entity) -%}
    {%- if model.name.startswith("stg_dataverse__") -%}
        {%- set options = depends_on_options() -%}
        {%- set profile = ref("int_source_files") -%}
    {%- endif -%}
    {%- set raw = raw_table(entity) -%}
    {%- if model.name.startswith("stg_dataverse__") and not is_arriving(entity) -%}
        {#- Stored by an earlier run. -#}
        {%- set raw = dict(raw, relation=none) -%}
    {%- endif -%}
    {%- set scope = rows_in_scope(raw) | trim if (model.config.meta or {}).get("entity") else "" -%}
    {{ _stage_both_schema_generations(entity, raw, scope) if raw.shared_columns else _stage(entity, raw, scope) }}
{%- endmacro %}

{% macro _stage(entity, raw, scope) -%}
    {%- set cast_ids = ids_cast_together(all_columns(model), raw) -%}
select
    {%- for column in all_columns(model).values() %}
    {{ cast_ids["values"].get(column.name) or staged_value(column, raw, entity) }} as {{ column.name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- if raw.relation %}
from {{ cast_ids.relation }} as raw
    {%- if scope %}
where
    {{ scope }}
    {%- endif %}
{%- else %}
where false
{%- endif %}
{%- endmacro %}

{#-
    The staging of an entity that the export holds in both schemas. Rows of 1.0 have no IdempotencyId, so the same event
    would have two keys. They take over the ids of the 1.1 row of the same event: the one with the same row id, or, where
    1.0 has no row id, one that says the same in all columns that both schemas have. Where that row has no ids
    either, its content is its key, so they take over that.
-#}
{% macro _stage_both_schema_generations(entity, raw, scope) %}
    {%- set columns = all_columns(model) -%}
    {%- set row_id = "internal_marketing_interaction_id" -%}
    {%- set ids = ["idempotency_id", row_id] -%}
    {%- set same = [] -%}
    {%- for column in columns.values() if raw_attribute(column) in raw.shared_columns and column.name not in ids -%}
        {%- do same.append(normalized_profile_type(column.name) if column.name == "profile_type" else column.name) -%}
    {%- endfor %}
with staged as (
    {%- set cast_ids = ids_cast_together(columns, raw) %}
    select
        {%- for column in columns.values() %}
        {{ cast_ids["values"].get(column.name) or staged_value(column, raw, entity) }} as {{ column.name }},
        {%- endfor %}
        raw.cij_schema_generation
    from {{ cast_ids.relation }} as raw
    {%- if scope %}
    where
        {{ scope }}
    {%- endif %}
),

events as (
    select
        *,
        {%- if row_id in model.columns and raw_attribute(model.columns[row_id]) in raw.shared_columns %}
        case
            when {{ row_id }} is not null then {{ surrogate_key(["organization_id", row_id]) }}
            else {{ surrogate_key(same) }}
        end as event_key
        {%- else %}
        {{ surrogate_key(same) }} as event_key
        {%- endif %}
    from staged
),

{{ _newer_rows(columns) }}

select
    {%- for column in columns.values() %}
    coalesce(
        older_or_newer.{{ column.name }}, {{ "newer" if column.name in ids else "newer_without_ids" }}.{{ column.name }}
    ) as {{ column.name }}{{ "," if not loop.last }}
    {%- endfor %}
from (
    select
        *,
        case when cij_schema_generation = '1.0' then event_key end as key_in_1_0
    from events
) as older_or_newer
left join newer
    on older_or_newer.key_in_1_0 = newer.event_key
left join newer_without_ids
    on older_or_newer.key_in_1_0 = newer_without_ids.event_key
{%- endmacro %}

{#-
    What the rows of 1.1 have, by event, as the CTEs newer and newer_without_ids. Argument: columns (dict of the staging
    model's). Returns: SQL.
-#}
{% macro _newer_rows(columns) -%}
    {%- set row_id = "internal_marketing_interaction_id" -%}
newer as (
    select
        event_key,
        min(idempotency_id) as idempotency_id,
        min({{ row_id }}) as {{ row_id }}
    from events
    where cij_schema_generation = '1.1'
    group by event_key
),

newer_without_ids as (
    select *
    from (
        select
            *,
            row_number() over (partition by event_key order by {{ quick_hash(columns.keys()) }}) as row_number
        from events
        where cij_schema_generation = '1.1' and idempotency_id is null and {{ row_id }} is null
    ) as numbered
    where row_number = 1
)
{%- endmacro %}

{#-
    Ids of an entity that an engine casts all at once. Arguments: columns (dict of the staging model's), raw (the entity's raw
    table). Returns: a dict of values (column -> SQL over the relation, by the alias raw; empty where each id is cast on its
    own) and relation (SQL).
-#}
{% macro ids_cast_together(columns, raw) -%}
    {{ return(adapter.dispatch("ids_cast_together", "cij")(columns, raw)) }}
{%- endmacro %}

{% macro duckdb__ids_cast_together(columns, raw) -%}
    {{ return({"values": {}, "relation": raw.relation}) }}
{%- endmacro %}

{#-
    The value of a staging column: cast, and null where it can't be. A time outside the calendar (dim_dates) is no time
    at which an event happened, but a default or a broken clock.

    Arguments: column (a YAML column), raw (the entity's raw table), entity (its name). Returns: SQL.
-#}
{% macro staged_value(column, raw, entity) -%}
    {%- set casts, types = [], [] -%}
    {%- for attribute in raw_attributes(column) if raw.relation and raw.columns.get(attribute) -%}
        {%- set raw_column = raw.columns[attribute] -%}
        {%- do casts.append(cast_to(raw_reference(raw_column), raw_column.type, column)) -%}
        {%- do types.append(raw_column.type) -%}
        {%- set options = (column.config.meta or {}).get("options") -%}
        {%- if options and raw_column.type == "VARCHAR" -%}
            {%- set code = option_code(options, raw_reference(raw_column)) -%}
            {%- do casts.append(code ~ " = 1" if column.data_type == "boolean" else code) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if column.name == "interaction_type" -%}
        {{ sql_text(entity) }}
    {%- elif not casts -%}
        cast(null as {{ sql_type(column.data_type) }})
    {%- elif column.name == "occurred_at" -%}
        {{ within_calendar(casts | first, types | first) }}
    {%- else -%}
        {{ casts | first if casts | length == 1 else "coalesce(" ~ casts | join(", ") ~ ")" }}
    {%- endif -%}
{%- endmacro %}

{#-
    A timestamp, or null where it lies outside the days of dim_dates. Arguments: timestamp (SQL), raw_type (what it was cast
    from: from text that takes so much SQL that it is said only once).
-#}
{% macro within_calendar(timestamp, raw_type) -%}
    {%- set first = "cast('" ~ var("dim_dates_start") ~ " 00:00:00' as timestamp)" -%}
    {%- set last = "cast('" ~ var("dim_dates_end") ~ " 23:59:59.999999' as timestamp)" -%}
    {%- if raw_type == "VARCHAR" -%}
        {{ where_it_holds(timestamp, "it between " ~ first ~ " and " ~ last) }}
    {%- else -%}
        case when {{ timestamp }} between {{ first }} and {{ last }} then {{ timestamp }} end
    {%- endif -%}
{%- endmacro %}

{#-
    raw_attributes: the raw attributes that a staging column may come from, in lower case: a list, mostly of one.
    raw_attribute: the first of them, which is the only one for columns of interactions.
    Argument: column (a YAML column).
-#}
{% macro raw_attributes(column) -%}
    {%- set source = (column.config.meta or {}).get("source") or column.name | replace("_", "") -%}
    {{ return(([source] if source is string else source) | map("lower") | list) }}
{%- endmacro %}

{% macro raw_attribute(column) -%}
    {{ return(raw_attributes(column) | first) }}
{%- endmacro %}

{#- A raw column in SQL, qualified: its name may also be a staging column's. Argument: raw_column ({name, type}). -#}
{% macro raw_reference(raw_column) -%}
    {{ return("raw." ~ sql_name(raw_column.name)) }}
{%- endmacro %}
