{#-
    dbt asks this before a clone replaces anything. Of all commands that build, clone alone runs no hook that could stop it,
    so what it would lose is looked at here. DuckDB clones no tables. Returns: false.
-#}
{% macro duckdb__can_clone_table() -%}
    {%- do keep_loaded_export() -%}
    {{ return(false) }}
{%- endmacro %}
