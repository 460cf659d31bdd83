{#-
    Stops the run where reference data of the user's own, or the list of people to erase, can't be used: a line that is passed
    over would be a promise broken. scripts/cij/checks judges them; dbt v2, which runs no plugin, and Spark take neither.
-#}
{% macro check_own_files() -%}
    {%- if reference_path() or erasure_path() -%}
        {%- set fault = run_query(
            "select own_files_fault(" ~ sql_text(reference_path()) ~ ", " ~ sql_text(erasure_path()) ~ ")"
        ).rows[0][0] if has_plugin() else (
            "reference_path, erasure_path: nothing here looks at these files first; build with dbt-core on DuckDB"
        ) -%}
        {%- if fault -%}{%- do exceptions.raise_compiler_error(fault) -%}{%- endif -%}
    {%- endif -%}
{%- endmacro %}
