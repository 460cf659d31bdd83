{% macro default__url_without_query(url) -%}
    nullif(split_part(split_part({{ url }}, '#', 1), '?', 1), '')
{%- endmacro %}

{#- Spark's url_decode fails where no two digits follow a %, and puts a sign of its own in the place of what is no UTF-8. -#}
{% macro default__url_query_value(url, name) -%}
    {%- set raw = "replace(regexp_extract(" ~ url ~ ", " ~ java_pattern("(?i)[?&]" ~ name ~ "=([^&#]*)") ~ ", 1), '+', ' ')" -%}
    nullif(
        case
            when {{ raw }} rlike {{ java_pattern(_utf8_in_url()) }}
                then url_decode({{ java_replaced(raw, "%(?![0-9a-fA-F]{2})", "%25") }})
            else {{ raw }}
        end, ''
    )
{%- endmacro %}

{#- A text whose encoded bytes are UTF-8. -#}
{% macro _utf8_in_url() -%}
    {%- set next = "%[89ab][0-9a-f]" -%}
    {{ return(
        "(?i)^(?:[^%]++|%(?![89a-f][0-9a-f])|%(?:c[2-9a-f]|d[0-9a-f])" ~ next ~ "|%e0%[ab][0-9a-f]" ~ next
        ~ "|%e[1-9a-cef]" ~ next ~ next ~ "|%ed%[89][0-9a-f]" ~ next ~ "|%f0%[9ab][0-9a-f]" ~ next ~ next
        ~ "|%f[1-3]" ~ next ~ next ~ next ~ "|%f4%8[0-9a-f]" ~ next ~ next ~ ")*+$"
    ) }}
{%- endmacro %}
