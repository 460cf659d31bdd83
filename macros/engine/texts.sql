{#-
    Texts as DuckDB compares them. Engines differ in which blanks there are and in letters that have no counterpart of one
    letter, so no SQL that both share calls trim, lower or upper itself. Each returns SQL.

    trimmed(value): without the blanks around it.
    lower_case(value), upper_case(word): in small letters or in capitals, one for each.
-#}
{% macro trimmed(value) -%}
    {{ return(adapter.dispatch("trimmed", "cij")(value)) }}
{%- endmacro %}

{% macro lower_case(value) -%}
    {{ return(adapter.dispatch("lower_case", "cij")(value)) }}
{%- endmacro %}

{% macro upper_case(word) -%}
    {{ return(adapter.dispatch("upper_case", "cij")(word)) }}
{%- endmacro %}

{% macro duckdb__trimmed(value) -%}
    trim({{ value }})
{%- endmacro %}

{% macro duckdb__lower_case(value) -%}
    lower({{ value }})
{%- endmacro %}

{% macro duckdb__upper_case(word) -%}
    upper({{ word }})
{%- endmacro %}
