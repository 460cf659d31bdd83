{#-
    The parts of ops.rejected_rows that aren't values of staged columns. Each macro returns a select of interaction_type,
    source_file, row_number, row_key, column_name, reason and raw_value.
-#}

{#- Rows of a table of schema 1.0 whose status names no entity. Arguments: table, status (its column), raw (raw table). -#}
{% macro unplaced_rows(table, status, raw) -%}
    {%- set statuses = [] -%}
    {%- for node in staging_nodes() if node.config.meta.entity.startswith(table) -%}
        {%- do statuses.append(node.config.meta.entity[table | length :] | lower) -%}
    {%- endfor -%}
    {%- set column = raw.columns.get(status | lower) -%}
    {%- set value = "cast(" ~ raw_reference(column) ~ " as string)" if column else "cast(null as string)" %}
    select
        {{ sql_text(table) }} as interaction_type,
        cast(raw.cij_source_file as string) as source_file,
        raw.cij_row_number + 1 as row_number,
        {{ row_key(raw) }} as row_key,
        cast(null as string) as column_name,
        {{ sql_text(status ~ " names no known status") }} as reason,
        {{ masked(value) }} as raw_value
    from {{ raw.file_relation }} as raw
    where coalesce({{ plain_text(value) }}, '') not in ({{ sql_texts(statuses) }})
{%- endmacro %}

{#- Lines of CSV files that were put aside when the export was registered. -#}
{% macro rejected_lines() %}
    select
        table_name as interaction_type,
        source_file,
        line_number as row_number,
        cast(null as string) as row_key,
        cast(null as string) as column_name,
        reason,
        raw_value
    from raw.rejected_lines
    {%- if has_export() %}
    where
        load_number = (select loads.load_number from raw.this_load as loads)
        and table_name in ({{ sql_texts(arriving_tables() + [""]) }})
    {%- endif %}
{%- endmacro %}

{#- No row at all. -#}
{% macro no_rejected_rows() %}
    select
        cast(null as string) as interaction_type,
        cast(null as string) as source_file,
        cast(null as bigint) as row_number,
        cast(null as string) as row_key,
        cast(null as string) as column_name,
        cast(null as string) as reason,
        cast(null as string) as raw_value
    where false
{%- endmacro %}

{#- Which files hold values that staging could not take. Returns: a dict entity -> list of files. -#}
{% macro files_with_rejected_values() -%}
    {%- set files = {} -%}
    {%- if execute and load_relation(ref("int_source_files")) is not none -%}
        {%- for row in run_query(
            "select interaction_type, source_file from " ~ ref("int_source_files") ~ " where rejected_values > 0 and load_number = " ~ this_load() ~ " order by all"
        ).rows -%}
            {%- do files.setdefault(row[0], []).append(row[1]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(files) }}
{%- endmacro %}
