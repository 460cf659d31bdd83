{#-
    Parts of addresses.
-#}

{#- An address without its query and fragment, which may identify the person. Argument: url (SQL). Returns: SQL, null where there is none. -#}
{% macro url_without_query(url) -%}
    {{ return(adapter.dispatch("url_without_query", "cij")(url)) }}
{%- endmacro %}

{% macro duckdb__url_without_query(url) -%}
    nullif(split_part(split_part({{ url }}, '#', 1), '?', 1), '')
{%- endmacro %}

{#-
    One value of an address's query, decoded; names match in any letter case.
    Arguments: url (SQL), name (text). Returns: SQL, null where the query has no such value.
-#}
{% macro url_query_value(url, name) -%}
    {{ return(adapter.dispatch("url_query_value", "cij")(url, name)) }}
{%- endmacro %}

{% macro duckdb__url_query_value(url, name) -%}
    {%- set raw = "replace(regexp_extract(" ~ url ~ ", '[?&]" ~ name ~ "=([^&#]*)', 1, 'i'), '+', ' ')" -%}
    {#- What is no UTF-8 stays as it came. -#}
    nullif(coalesce(try(url_decode({{ raw }})), {{ raw }}), '')
{%- endmacro %}
