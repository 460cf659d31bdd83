{#- Whether this project's dbt-duckdb plugin has added its functions to the engine. -#}
{% macro has_plugin() -%}
    {{ return(adapter.dispatch("has_plugin", "cij")()) }}
{%- endmacro %}

{% macro duckdb__has_plugin() -%}
    {{ return(
        not execute
        or ask_once("select count(*) from duckdb_functions() where function_name = 'confine'").rows[0][0] > 0
    ) }}
{%- endmacro %}
