{#-
    The whole SQL of a staging model. Its YAML is the mapping: for each column there, the raw attribute
    (`config.meta.source`, else the column's name in PascalCase; letter case never matters) is cast to the column's
    `data_type`; an attribute that the raw table lacks becomes a typed null; an absent raw table becomes no rows.
    Unknown raw columns are left out here and listed in `ops.source_coverage`. Only rows that `rows_in_scope` names are
    read; how many others there are is counted in `int_source_files`.

    Argument: entity (its exact name; stated here and not only in the YAML because dbt knows no YAML yet when it looks
    for the refs). Reads `model`. Returns: a select with the YAML's columns, in its order.
-#}
{% macro stage_entity(entity) -%}
    {%- if execute and model.config.meta.entity != entity -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ": the SQL stages " ~ entity ~ ", the YAML's meta.entity says " ~ model.config.meta.entity
        ) -%}
    {%- endif -%}
    {%- if var("raw_path", "") == "" -%}
        {#- Only for the graph: the sample's seed comes before this view. -#}
        {%- set seed = ref(entity) -%}
    {%- endif -%}
    {%- set raw = raw_table(entity) %}
    {%- set scope = rows_in_scope(raw) | trim %}
select
    {%- for column in model.columns.values() %}
    {{ _staged_value(column, raw, entity) }} as {{ column.name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- if raw.relation %}
from {{ raw.relation }} as raw
    {%- if scope %}
where
    {{ scope }}
    {%- endif %}
{%- else %}
where false
{%- endif %}
{%- endmacro %}

{% macro _staged_value(column, raw, entity) -%}
    {%- set raw_column = raw.columns.get(raw_attribute(column)) -%}
    {%- if column.name == "interaction_type" -%}
        {{ sql_text(entity) }}
    {%- elif raw.relation and raw_column -%}
        {{ cast_to(raw_reference(raw_column), raw_column.type, column) }}
    {%- else -%}
        cast(null as {{ column.data_type }})
    {%- endif -%}
{%- endmacro %}

{#- The raw attribute of a staging column, in lower case, as text. Argument: column (a YAML column). -#}
{% macro raw_attribute(column) -%}
    {{ return((column.config.meta.get("source") or column.name | replace("_", "")) | lower) }}
{%- endmacro %}

{#- A raw column in SQL, qualified: its name may also be a staging column's. Argument: raw_column ({name, type}). -#}
{% macro raw_reference(raw_column) -%}
    {{ return("raw." ~ adapter.quote(raw_column.name)) }}
{%- endmacro %}
