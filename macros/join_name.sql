{#-
    The join of a flat view (models/marts/bi) with a dimension that has a name for it: each row meets one row at most.

    The reference names no database: the file that a view stands in may be renamed, or attached under another name.

    Arguments: dimension (dim_journeys, dim_journey_steps, dim_messages, dim_business_units, dim_segments or dim_channels),
    table (alias of what is named), renamed (dict: column of the dimension -> that of the table, where it differs), alias
    (of the dimension; none = its name). Returns: SQL.
-#}
{% macro join_name(dimension, table, renamed={}, alias=none) -%}
    {%- set ids = {
        "dim_journeys": ["journey_id"],
        "dim_journey_steps": ["journey_id", "journey_step_id"],
        "dim_messages": ["message_id"],
        "dim_business_units": ["business_unit_id"],
        "dim_segments": ["segment_id"],
        "dim_channels": ["channel"],
    }[dimension] -%}
    {%- set alias = alias or dimension -%}
    {%- set conditions = [] if dimension == "dim_channels" else [
        table ~ ".organization_id is not distinct from " ~ alias ~ ".organization_id"
    ] -%}
    {%- for id in ids -%}
        {%- do conditions.append(table ~ "." ~ renamed.get(id, id) ~ " = " ~ alias ~ "." ~ id) -%}
    {%- endfor -%}
    left join {{ ref(dimension).include(database=false) }} as {{ alias }}
        on {{ conditions | join(" and ") }}
{%- endmacro %}
