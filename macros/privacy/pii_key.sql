{#-
    The secret key of keyed_hash. CIJ_PII_SECRET gives it: the same secret makes the same hashes in every warehouse and from
    every export. Without one, the loader makes a random key and keeps it in the table raw.pii_key; a warehouse that replaces
    another takes it over; the published file has no schema raw. The sample, which is of nobody, has a key that everybody
    knows. The key itself is in no SQL text: scripts/cij/dbt_plugin.py hands it to each session as a variable. dbt v2, which
    runs no plugin, reads the warehouse's own.
-#}

{#- The key. Returns: SQL, text. -#}
{% macro pii_key() -%}
    {%- if has_plugin() -%}
        getvariable('cij_pii_key')
    {%- elif has_export() -%}
        (select keys.pii_key from raw.pii_key as keys)
    {%- elif target.type != "duckdb" and execute and lakehouse_tables() -%}
        (select keys.pii_key from {{ sql_name(raw_schema()) }}.pii_key as keys)
    {%- else -%}
        '{{ key_of_the_sample() }}'
    {%- endif -%}
{%- endmacro %}

{#- The key that everybody knows. Returns: text; scripts/cij/pii_key.py asks for it, too. -#}
{% macro key_of_the_sample() -%}
    of-the-sample-nobody-s
{%- endmacro %}

{#- Refuses a secret that could be guessed, as scripts/cij/pii_key.py judges it. -#}
{% macro check_pii_secret() -%}
    {%- if env_var("CIJ_PII_SECRET", "") and target.type == "duckdb" -%}
        {%- set fault = run_query("select pii_secret_fault()").rows[0][0] if has_plugin() else (
            "CIJ_PII_SECRET: dbt v2 can't be handed a secret that must not stand in SQL; leave it out, so that the "
            ~ "warehouse keeps a key of its own"
        ) -%}
        {%- if fault -%}
            {%- do exceptions.raise_compiler_error(fault) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
