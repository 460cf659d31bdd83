{#-
    What one pass over an entity's raw rows tells, per file: rows, those left out by the settings, first and last event, and for every column whose
    raw type could meet a value that can't be cast, how many such values there were.

    Arguments: node (a staging model's node), raw (its raw table). Returns: a select, or nothing where the entity is absent.
-#}
{% macro profile_entity(node, raw) -%}
    {%- if raw %}
        {%- set occurred_at = raw.columns.get("timestamp") %}
        {%- set scope = rows_in_scope(raw) | trim %}
    select
        {{ sql_text(node.config.meta.entity) }} as interaction_type,
        cast(raw.cij_source_file as varchar) as source_file,
        count(*) as raw_rows,
        {{ "count(*) filter (where not (" ~ scope ~ "))" if scope else "cast(0 as bigint)" }} as skipped_rows,
        {%- if occurred_at %}
        min({{ to_timestamp(raw_reference(occurred_at), occurred_at.type) }}) as first_event_at,
        max({{ to_timestamp(raw_reference(occurred_at), occurred_at.type) }}) as last_event_at,
        {%- else %}
        cast(null as timestamp) as first_event_at,
        cast(null as timestamp) as last_event_at,
        {%- endif %}
        {{ rejected_counts(_rejectable_columns(node, raw)) }} as rejected_counts
    from {{ raw.file_relation }} as raw
    group by raw.cij_source_file
    {%- endif -%}
{%- endmacro %}

{#- A dict staging column -> SQL that is true where its raw value was lost in the cast. -#}
{% macro _rejectable_columns(node, raw) -%}
    {%- set rejectable = {} -%}
    {%- for column in node.columns.values() -%}
        {%- set raw_column = raw.columns.get(raw_attribute(column)) -%}
        {%- if raw_column and column.name != "interaction_type" and cast_can_fail(raw_column.type, column.data_type) -%}
            {%- do rejectable.update({
                column.name: was_rejected(raw_reference(raw_column), raw_column.type, column)
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(rejectable) }}
{%- endmacro %}
