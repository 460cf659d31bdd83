{#-
    The whole SQL of a staging model. Its YAML is the mapping: for each column there, the raw attribute
    (`config.meta.source`, else the column's name in PascalCase; letter case never matters) is cast to the column's
    `data_type`; of several attributes the first that isn't null counts; an attribute that the raw table lacks becomes a
    typed null; an absent raw table becomes no rows. Unknown raw columns are left out here and listed in
    `ops.source_coverage`.

    Argument: entity (its exact name, or a table of Dataverse; stated here and not only in the YAML because dbt knows no
    YAML yet when it looks for the refs). Reads `model`. Returns: a select with the YAML's columns, in its order.
-#}
{% macro stage_entity(entity) -%}
    {%- if execute and raw_name(model) != entity -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ ": the SQL stages " ~ entity ~ ", the YAML's meta says " ~ raw_name(model)
        ) -%}
    {%- endif -%}
    {%- if var("raw_path", "") == "" -%}
        {#- Only for the graph: the sample's seed comes before this view. -#}
        {%- set seed = ref(entity) -%}
    {%- endif -%}
    {%- set raw = raw_table(entity) %}
select
    {%- for column in model.columns.values() %}
    {{ _staged_value(column, raw, entity) }} as {{ column.name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- if raw.relation %}
from {{ raw.relation }} as raw
{%- else %}
where false
{%- endif %}
{%- endmacro %}

{% macro _staged_value(column, raw, entity) -%}
    {%- set casts = [] -%}
    {%- for attribute in raw_attributes(column) if raw.relation and raw.columns.get(attribute) -%}
        {%- set raw_column = raw.columns[attribute] -%}
        {%- do casts.append(cast_to(raw_reference(raw_column), raw_column.type, column)) -%}
    {%- endfor -%}
    {%- if column.name == "interaction_type" -%}
        {{ sql_text(entity) }}
    {%- elif casts | length > 1 -%}
        coalesce({{ casts | join(", ") }})
    {%- else -%}
        {{ casts | first or "cast(null as " ~ column.data_type ~ ")" }}
    {%- endif -%}
{%- endmacro %}

{#-
    raw_attributes: the raw attributes that a staging column may come from, in lower case: a list, mostly of one.
    raw_attribute: the first of them, which is the only one for columns of interactions.
    Argument: column (a YAML column).
-#}
{% macro raw_attributes(column) -%}
    {%- set source = column.config.meta.get("source") or column.name | replace("_", "") -%}
    {{ return((([source] if source is string else source) | join("\n") | lower).split("\n")) }}
{%- endmacro %}

{% macro raw_attribute(column) -%}
    {{ return(raw_attributes(column) | first) }}
{%- endmacro %}

{#- A raw column in SQL, qualified: its name may also be a staging column's. Argument: raw_column ({name, type}). -#}
{% macro raw_reference(raw_column) -%}
    {{ return("raw." ~ adapter.quote(raw_column.name)) }}
{%- endmacro %}
