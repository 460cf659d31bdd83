{#-
    on-run-start: stops a run before any work, with one message, where what it was given or told to do can't be; from then on
    DuckDB is confined to what the run is about. Changes no data.
-#}
{% macro check_run() -%}
    {%- if execute -%}
        {%- if project_name != "cij" -%}
            {%- do exceptions.raise_compiler_error(
                "cij: a project that builds a file of its own, and no package; attach the file that it publishes and name its "
                ~ "marts as sources, as docs/dbt-packages.md shows"
            ) -%}
        {%- endif -%}
        {%- do keep_loaded_export() -%}
        {%- do check_settings() -%}
        {%- do check_passthrough_columns() -%}
        {%- do check_pii_secret() -%}
        {%- do check_own_files() -%}
        {%- do check_engine() -%}
        {%- do check_load_settings() -%}
    {%- endif -%}
{%- endmacro %}
