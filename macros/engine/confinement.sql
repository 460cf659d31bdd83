{#- What each engine asks for before a run does anything. Stops the run, or returns nothing. -#}
{% macro check_engine() -%}
    {{ return(adapter.dispatch("check_engine", "cij")()) }}
{%- endmacro %}

{% macro duckdb__check_engine() -%}
    {%- do confine_engine() -%}
{%- endmacro %}

{#-
    Confines DuckDB for the rest of the run to what the run is about: it can reach the export, the reference data, the
    list of erasures, the project's seeds, the database and what is attached to it, and nothing else; it loads no further
    extension and keeps its settings. So whatever a file of an export brings it to do stays within these places.

    Before the first file of an export is read. Stops the run where one of these folders holds code that
    Python loads. Runs its statements; returns nothing.
-#}
{% macro confine_engine() -%}
    {%- if execute -%}
        {%- set project = project_folder() -%}
        {%- do _confine_to(
            [export_folder(), reference_path(), project ~ "/seeds"], [erasure_path(), project ~ "/dbt_project.yml"]
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- Where the last load found the export; empty over the sample. -#}
{% macro export_folder() -%}
    {{ return(run_query("select folder from raw.this_load").rows[0][0] if has_export() else "") }}
{%- endmacro %}

{#-
    By a function that the project's dbt-duckdb plugin (scripts/cij/dbt_plugin.py) adds to DuckDB; dbt v2, which runs no
    plugin and passes the profile's settings over, by the statements themselves.
-#}
{% macro _confine_to(folders, files) -%}
    {%- if has_plugin() -%}
        {%- set fault = run_query(
            "select confine(" ~ sql_text(tojson(folders)) ~ ", " ~ sql_text(tojson(files)) ~ ")"
        ).rows[0][0] -%}
        {%- if fault -%}{%- do exceptions.raise_compiler_error(fault) -%}{%- endif -%}
    {%- else -%}
        {%- set settings = {
            "TimeZone": "'UTC'",
            "preserve_insertion_order": "false",
            "allowed_directories": "[" ~ sql_texts(folders | select | list) ~ "]",
            "allowed_paths": "[" ~ sql_texts(files | select | list) ~ "]",
        } -%}
        {%- for name in switched_off_when_confined().split() -%}{%- do settings.update({name: "false"}) -%}{%- endfor -%}
        {%- do settings.update({"lock_configuration": "true"}) -%}
        {%- for name, value in settings.items() -%}
            {%- do run_query("set global " ~ name ~ " = " ~ value) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- What a confined engine has switched off, in this order. Returns: names; scripts/cij/confinement.py asks for them, too. -#}
{% macro switched_off_when_confined() -%}
    autoinstall_known_extensions autoload_known_extensions allow_community_extensions enable_external_access
{%- endmacro %}

{#- The project's folder, which dbt names where it isn't the current one. -#}
{% macro project_folder() -%}
    {{ return(invocation_args_dict.project_dir or ".") }}
{%- endmacro %}
