{#-
    on-run-start: takes the history that snapshots have kept over from the warehouse that this build will replace.
    `scripts/build.py` builds into an empty file and names the old one in CIJ_WAREHOUSE_BEFORE; plain dbt builds into
    the same file again, in which the history already is.
-#}
{% macro carry_snapshots() -%}
    {%- if execute and env_var("CIJ_WAREHOUSE_BEFORE", "") != "" -%}
        {%- do copy_schema_from(env_var("CIJ_WAREHOUSE_BEFORE"), "snapshots") -%}
    {%- endif -%}
{%- endmacro %}
