{#-
    Copies every table of one schema out of another database file, which is only read. A file without such a schema
    gives nothing.

    Arguments: path (of the file), schema (text), table (text: only the one of this name). Runs its statements; returns
    nothing.
-#}
{% macro copy_schema_from(path, schema, table=none) -%}
    {{ return(adapter.dispatch("copy_schema_from", "cij")(path, schema, table)) }}
{%- endmacro %}

{% macro duckdb__copy_schema_from(path, schema, table=none) -%}
    {%- do run_query("attach " ~ sql_text(path) ~ " as warehouse_before (read_only)") -%}
    {%- set tables = run_query(
        "select table_name from duckdb_tables() where database_name = 'warehouse_before' and schema_name = "
        ~ sql_text(schema) ~ (" and table_name = " ~ sql_text(table) if table else "") ~ " order by table_name"
    ).columns[0].values() -%}
    {%- if tables -%}
        {%- do run_query("create schema if not exists " ~ schema) -%}
    {%- endif -%}
    {%- for table in tables -%}
        {%- set name = schema ~ "." ~ sql_name(table) -%}
        {%- do run_query("create table " ~ name ~ " as select * from warehouse_before." ~ name) -%}
    {%- endfor -%}
    {%- do run_query("detach warehouse_before") -%}
{%- endmacro %}
