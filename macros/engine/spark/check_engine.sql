{#-
    Before a run on Spark: stops it, with one message, where the raw tables, the key or a setting can't be used. Nothing is
    replaced by then. Returns nothing.
-#}
{% macro default__check_engine() -%}
    {%- set fault = (_fault_of_raw_schema() or _fault_of_settings_on_spark()) | trim -%}
    {%- if fault -%}{%- do exceptions.raise_compiler_error(fault) -%}{%- endif -%}
    {#- What can't be read stops the run here, with what Spark says of it. What the loader has just written can be. -#}
    {%- for name in lakehouse_tables().values() if not files_are_written_down() -%}
        {%- do run_query("select 1 from " ~ sql_name(raw_schema()) ~ "." ~ sql_name(name) ~ " limit 1") -%}
    {%- endfor -%}
{%- endmacro %}

{#- A schema that is there has to have a table that is known, and the key for what is of real people. Returns: text. -#}
{% macro _fault_of_raw_schema() -%}
    {%- set schema = raw_schema() -%}
    {%- if lakehouse_tables() -%}
        {%- set split_here = split_tables().keys() | map("lower") | select("in", lakehouse_tables()) | list -%}
        {%- if split_here and not files_are_written_down() -%}
            {{ schema }}.{{ split_here[0] }}: a table of schema 1.0 that holds what 1.1 keeps in several, which the loader alone can split; leave it out, or build on DuckDB
        {%- elif not stored_tables(schema, "pii_key") -%}
            {{ schema }}.pii_key: there is no such table; make one with a single row and a column pii_key, a text of 32 random signs or more, which nobody else may read
        {%- endif -%}
    {%- elif _tables_in(schema) or env_var("CIJ_RAW_SCHEMA", "") -%}
        {{ schema }}: no such schema, or none of its tables is known, such as EmailSent; name the schema of the raw tables in CIJ_RAW_SCHEMA
    {%- endif -%}
{%- endmacro %}

{#- What DuckDB alone can do so far. Returns: text. -#}
{% macro _fault_of_settings_on_spark() -%}
    {%- if var("erase_deleted_people") -%}
        erase_deleted_people: people are erased on DuckDB only; leave it false on Spark
    {%- elif env_var("CIJ_PII_SECRET", "") -%}
        CIJ_PII_SECRET: on Spark the key stands in the table {{ raw_schema() }}.pii_key; leave it out
    {%- endif -%}
{%- endmacro %}

{#- dbt can't read a file there: what dbt_project.yml holds beside the settings is not looked at. -#}
{% macro default__project_vars() -%}
    {%- set values = {"settings": var("settings")} -%}
    {%- for name in var("settings") -%}{%- do values.update({name: var(name)}) -%}{%- endfor -%}
    {{ return(values) }}
{%- endmacro %}
