{#- See macros/engine/compute.sql. -#}
{% macro default__last_known(expression) -%}
    last_value({{ expression }}) ignore nulls
{%- endmacro %}

{#- Each part of a union is a task of its own, and to read the plan of the whole union takes a task seconds. -#}
{% macro default__in_few_parts(relation) -%}
    {{ "(select /*+ coalesce(4) */ * from " ~ relation ~ ") as " ~ relation if is_small_load() else relation }}
{%- endmacro %}
