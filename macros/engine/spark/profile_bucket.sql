{#- DuckDB also takes an underscore between two digits, which no key has. -#}
{% macro default__profile_bucket(profile_key) -%}
    {%- set digits = "left(" ~ profile_key ~ ", 5)" -%}
    case when {{ digits }} rlike {{ java_pattern("^[0-9a-fA-F]+$") }} then cast(conv({{ digits }}, 16, 10) as int) end
{%- endmacro %}
