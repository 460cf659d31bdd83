{% macro default__csv_file(path) -%}
    {%- do _only_on_duckdb(path) -%}
{%- endmacro %}

{% macro default__files_in(folder) -%}
    {%- do _only_on_duckdb(folder) -%}
{%- endmacro %}

{% macro default__text_of(file) -%}
    {%- do _only_on_duckdb(file) -%}
{%- endmacro %}

{% macro _only_on_duckdb(path) -%}
    {%- do exceptions.raise_compiler_error(
        path ~ ": files of your own are read on DuckDB only; on Spark join a table of your lakehouse instead"
    ) -%}
{%- endmacro %}

{#- By the cursor: of a table dbt would take a column that is called null for none. -#}
{% macro default__columns_of(relation) -%}
    {%- set columns = [] -%}
    {%- set connection, cursor = adapter.add_query("describe query select * from " ~ relation) -%}
    {%- for row in cursor.fetchall() -%}
        {%- do columns.append({"name": row[0], "type": raw_type_of(row[1])}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#- DuckDB's name for a type of Spark's. Argument: spark_type (text, as DESCRIBE shows it). Returns: text, upper case. -#}
{% macro raw_type_of(spark_type) -%}
    {%- set names = {
        "string": "VARCHAR", "timestamp_ntz": "TIMESTAMP", "binary": "BLOB", "byte": "TINYINT", "short": "SMALLINT",
        "int": "INTEGER", "long": "BIGINT", "real": "FLOAT",
    } -%}
    {{ return(
        "VARCHAR" if modules.re.match("(var)?char\\b", spark_type) else names.get(spark_type, spark_type | upper)
    ) }}
{%- endmacro %}

{% macro default__json_of_rows(query) -%}
    select coalesce(to_json(collect_list(struct(*)), map('ignoreNullFields', 'false')), '[]') as json_rows
    from ({{ query }}) as rows_of_query
{%- endmacro %}

{% macro default__is_below(path, folder) -%}
    startswith({{ path }}, {{ folder }} || '/')
{%- endmacro %}
