{#-
    The secret key of keyed_hash. CIJ_PII_SECRET gives it: the same secret makes the same hashes in every warehouse and from
    every export. Without one, the loader makes a random key and keeps it in the table raw.pii_key; a warehouse that replaces
    another takes it over; the published file has no schema raw. The sample, which is of nobody, has a key that everybody
    knows. The key itself is in no SQL text: scripts/cij/dbt_plugin.py hands it to each session as a variable.
-#}

{#- Refuses a secret that could be guessed, as scripts/cij/pii_key.py judges it. -#}
{% macro check_pii_secret() -%}
    {%- if env_var("CIJ_PII_SECRET", "") -%}
        {%- set fault = run_query("select pii_secret_fault()").rows[0][0] -%}
        {%- if fault -%}
            {%- do exceptions.raise_compiler_error(fault) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
