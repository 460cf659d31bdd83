{#-
    on-run-start: stops a run before any work, with one message, where what it was given or told to do can't be; from then on
    the engine is confined to what the run is about. Changes no data.
-#}
{% macro check_run() -%}
    {%- if execute -%}
        {%- do keep_loaded_export() -%}
        {%- do check_settings() -%}
        {%- do check_passthrough_columns() -%}
        {%- do check_pii_secret() -%}
        {%- do check_own_files() -%}
        {%- do confine_engine() -%}
        {%- do check_load_settings() -%}
    {%- endif -%}
{%- endmacro %}
