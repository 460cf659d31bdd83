{#-
    Schemas are named exactly as configured (`marts`, `ops`, …), because BI tools and other projects rely on those
    names; dbt's default would prefix them with the target's schema.

    Arguments: custom_schema_name (text or none), node (the graph node). Returns: text.
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name is not none else target.schema }}
{%- endmacro %}
