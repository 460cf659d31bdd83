{#- A number in hexadecimal digits may have underscores between them for DuckDB, which no key has. -#}
{% macro default__profile_bucket(profile_key) -%}
    case
        when {{ profile_key }} rlike '^[0-9a-fA-F]{5}'
            then cast(conv(left({{ profile_key }}, 5), 16, 10) as int)
    end
{%- endmacro %}
