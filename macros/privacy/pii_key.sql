{#-
    The secret key of keyed_hash. CIJ_PII_SECRET gives it: the same secret makes the same hashes in every warehouse and from
    every export. Without one, each warehouse makes a random key, keeps it in the table raw.pii_key, and takes it over
    from the warehouse that it replaces; the published file has no schema raw. The key itself is in no SQL text:
    scripts/cij/dbt_plugin.py hands it to each session as a variable.
-#}

{#-
    on-run-start: refuses a secret that could be guessed, as scripts/cij/pii_key.py judges it; makes or takes over the random
    key where the environment gives none, for this session, too.
-#}
{% macro prepare_pii_key() -%}
    {%- if execute and env_var("CIJ_PII_SECRET", "") -%}
        {%- set fault = run_query("select pii_secret_fault()").rows[0][0] -%}
        {%- if fault -%}
            {%- do exceptions.raise_compiler_error(fault) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if execute and not env_var("CIJ_PII_SECRET", "") -%}
        {%- set before = env_var("CIJ_WAREHOUSE_BEFORE", "") -%}
        {%- if before -%}
            {%- do copy_schema_from(before, "raw", table="pii_key") -%}
        {%- endif -%}
        {%- do run_query("create schema if not exists raw") -%}
        {%- do run_query("create table if not exists raw.pii_key as select new_pii_key() as pii_key") -%}
        {%- do run_query("set variable cij_pii_key = (select pii_key from raw.pii_key)") -%}
    {%- endif -%}
{%- endmacro %}
