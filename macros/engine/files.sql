{#-
    Files of the user's own: reference data and the list of people to erase. An export's files are read by
    scripts/cij/loading/readers.py.

    csv_file(path): a table expression over a CSV file, every column as text.
    columns_of(relation): a list of {name, type} for any table expression.
    json_of_rows(query): a select of one text, the rows of a query as JSON. For names and values from outside: of a
        table dbt would take the text null for none, and a column of digits for numbers.
    text_of(file): the content of a text file.
    files_in(folder): a list of the names of the files right in a folder; empty where there is no such folder.
    is_below(path, folder): true where a path lies in a folder, both SQL.
-#}

{#- What scripts/cij/loading/readers.py, which asks for it here, puts before a date that begins with the day, so that no cast
    takes it. -#}
{% macro day_first_mark() -%}
    day first:{{ " " }}
{%- endmacro %}

{% macro csv_file(path) -%}
    {{ return(adapter.dispatch("csv_file", "cij")(path)) }}
{%- endmacro %}

{#- The dialect is stated, not guessed: a sniffer would take a broken quote for another dialect. -#}
{% macro duckdb__csv_file(path) -%}
    read_csv(
        [{{ sql_text(path) }}], union_by_name = true, hive_partitioning = false, all_varchar = true, header = true, skip = 0,
        delim = ',', quote = '"', escape = '"', comment = '', nullstr = ''
    )
{%- endmacro %}

{% macro columns_of(relation) -%}
    {{ return(adapter.dispatch("columns_of", "cij")(relation)) }}
{%- endmacro %}

{% macro duckdb__columns_of(relation) -%}
    {%- set columns = [] -%}
    {%- set described = "select column_name as name, column_type as type from (describe select * from " ~ relation ~ ")" -%}
    {%- for row in fromjson(run_query(json_of_rows(described)).rows[0][0]) -%}
        {%- do columns.append(row) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro json_of_rows(query) -%}
    {{ return(adapter.dispatch("json_of_rows", "cij")(query)) }}
{%- endmacro %}

{% macro duckdb__json_of_rows(query) -%}
    select coalesce(cast(to_json(list(rows_of_query)) as varchar), '[]') from ({{ query }}) as rows_of_query
{%- endmacro %}

{% macro files_in(folder) -%}
    {{ return(adapter.dispatch("files_in", "cij")(folder)) }}
{%- endmacro %}

{#- By a function that the project's dbt-duckdb plugin (scripts/cij/dbt_plugin.py) adds to DuckDB: a pattern of DuckDB's would
    take a folder's own name for one, too. -#}
{% macro duckdb__files_in(folder) -%}
    {{ return(fromjson(run_query("select files_in(" ~ sql_text(folder) ~ ")").rows[0][0])) }}
{%- endmacro %}

{#- True where a path lies in a folder. Arguments: path, folder (SQL). -#}
{% macro is_below(path, folder) -%}
    {{ return(adapter.dispatch("is_below", "cij")(path, folder)) }}
{%- endmacro %}

{% macro duckdb__is_below(path, folder) -%}
    starts_with({{ path }}, {{ folder }} || '/')
{%- endmacro %}

{% macro text_of(file) -%}
    {{ return(adapter.dispatch("text_of", "cij")(file)) }}
{%- endmacro %}

{% macro duckdb__text_of(file) -%}
    {{ return(run_query("select content from read_text(" ~ sql_text(file) ~ ")").rows[0][0]) }}
{%- endmacro %}
