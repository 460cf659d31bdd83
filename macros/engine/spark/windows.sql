{#- See macros/engine/compute.sql. -#}
{% macro default__last_known(expression) -%}
    last_value({{ expression }}) ignore nulls
{%- endmacro %}

{% macro default__each_of(list) -%}
    explode({{ list }})
{%- endmacro %}
