{#-
    Reading an export's files in place.

    inspect_export(folder, known, seen): what an export's folder holds, as scripts/cij/loading/inspection.py describes it; known
        is a dict of the tables it may hold, seen a select of the path, bytes and changed_at of files that earlier loads
        read. Raises a compiler error where the folder or a file can't be read.
    load_json(table, file, columns): makes a table of a file; columns is a dict name -> data_type.
    csv_reader(file, columns): a table expression over a CSV file that the project itself wrote.
    select_exceptions(excluded, renames): what follows the star of a select that leaves out some columns (list of names)
        and renames others (list of `old as new`).
    with_text(source, columns): a table expression like source, with some columns (dict name -> type) as text; ids of
        sixteen bytes become guids.
    with_day_first_marked(source, columns): a table expression like source, which has the column cij_source_file. In some
        columns of text (dict name -> list of files) dates of these files that put the day first, or may do so, have
        "day first: " before them, so that no cast takes them.
    file_reader(files, file_format, with_file_name, alike, data_files, is_numbered, is_export): a table expression over all of the
        files (for delta: over one table's folder, of which data_files, if any, are the only ones to read), columns matched
        by name; with_file_name adds the columns cij_source_file and, if is_numbered and but for CSV, cij_row_number (from
        0); alike says that all files have the same columns, so that not every one of them has to be opened each time a
        query is planned. is_numbered must be false where the files have a column file_row_number. Of an export's CSV files
        NULL and \N without quotes are null, and quoted texts never are.
    path_value(path, place): what a folder called `name=value` says, null where it says so; place counts the folders from
        the start of the path. Arguments: path (SQL), place (integer). Returns: SQL, text.
    columns_of(relation): a list of {name, type} for any table expression.
    json_of_rows(query): a select of one text, the rows of a query as JSON. For names and values from outside: of a
        table dbt would take the text null for none, and a column of digits for numbers.
    text_of(file): the content of a text file.
    files_in(folder): a list of the names of the files right in a folder; empty where there is no such folder.
-#}

{% macro inspect_export(folder, known, seen) -%}
    {{ return(adapter.dispatch("inspect_export", "cij")(folder, known, seen)) }}
{%- endmacro %}

{#- By a function that the project's dbt-duckdb plugin (scripts/cij/dbt_plugin.py) adds to DuckDB. -#}
{% macro duckdb__inspect_export(folder, known, seen) -%}
    {%- set answer = run_query(
        "select inspect_export(" ~ sql_text(folder) ~ ", " ~ sql_text(tojson(known))
        ~ ", (" ~ json_of_rows(seen) ~ "))"
    ).rows[0][0] -%}
    {%- set found = fromjson(answer) -%}
    {%- if found.error is defined -%}{%- do exceptions.raise_compiler_error(found.error) -%}{%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{% macro load_json(table, file, columns) -%}
    {{ return(adapter.dispatch("load_json", "cij")(table, file, columns)) }}
{%- endmacro %}

{% macro duckdb__load_json(table, file, columns) -%}
    {%- do run_query(
        "create or replace table " ~ table ~ " as select * from read_json(" ~ sql_text(file) ~ ", format = 'array', columns = "
        ~ columns ~ ")"
    ) -%}
{%- endmacro %}

{% macro csv_reader(file, columns) -%}
    {{ return(adapter.dispatch("csv_reader", "cij")(file, columns)) }}
{%- endmacro %}

{% macro duckdb__csv_reader(file, columns) -%}
    read_csv(
        {{ sql_text(file) }}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '',
        columns = {{ columns }}
    )
{%- endmacro %}

{% macro select_exceptions(excluded, renames) -%}
    {{ return(adapter.dispatch("select_exceptions", "cij")(excluded, renames)) }}
{%- endmacro %}

{% macro duckdb__select_exceptions(excluded, renames) -%}
    {%- if excluded %} exclude ({{ excluded | join(", ") }}){% endif -%}
    {%- if renames %} rename ({{ renames | join(", ") }}){% endif -%}
{%- endmacro %}

{% macro with_text(source, columns) -%}
    {{ return(adapter.dispatch("with_text", "cij")(source, columns)) }}
{%- endmacro %}

{% macro duckdb__with_text(source, columns) -%}
    {%- set texts = [] -%}
    {%- for name, type in columns.items() -%}
        {%- set is_id = type == "BLOB" and (name | lower).endswith("id") -%}
        {%- set text = bytes_as_id(sql_name(name)) if is_id else "cast(" ~ sql_name(name) ~ " as varchar)" -%}
        {%- do texts.append(text ~ " as " ~ sql_name(name)) -%}
    {%- endfor -%}
    (select * replace ({{ texts | join(", ") }}) from {{ source }})
{%- endmacro %}

{% macro with_day_first_marked(source, columns) -%}
    {{ return(adapter.dispatch("with_day_first_marked", "cij")(source, columns)) }}
{%- endmacro %}

{#- Where the second number can't be a month, the first is one; where both are the same, it doesn't matter which is. -#}
{% macro duckdb__with_day_first_marked(source, columns) -%}
    {%- set marked = [] -%}
    {%- for name, files in columns.items() -%}
        {%- set text, numbers = sql_name(name), "'^[^0-9]*([0-9]{1,2})/(0?[1-9]|1[0-2])/[0-9]'" -%}
        {%- do marked.append(
            "case when cij_source_file in (" ~ sql_texts(files) ~ ") and ltrim(regexp_extract(" ~ text ~ ", " ~ numbers
            ~ ", 1), '0') != ltrim(regexp_extract(" ~ text ~ ", " ~ numbers ~ ", 2), '0') then '" ~ day_first_mark() ~ "' || "
            ~ text ~ " else " ~ text ~ " end as " ~ text
        ) -%}
    {%- endfor -%}
    (select * replace ({{ marked | join(", ") }}) from {{ source }})
{%- endmacro %}

{#- What stands before a date that with_day_first_marked marks. -#}
{% macro day_first_mark() -%}
    {{ return("day first: ") }}
{%- endmacro %}

{% macro path_value(path, place) -%}
    {{ return(adapter.dispatch("path_value", "cij")(path, place)) }}
{%- endmacro %}

{#- A path is the same in all rows of a file: DuckDB works this out once for each of the pieces that it reads. -#}
{% macro duckdb__path_value(path, place) -%}
    {%- set text = "regexp_extract(" ~ path ~ ", '^(?:[^/]*/){" ~ place ~ "}[^=/]*=([^/]*)', 1)" -%}
    nullif(nullif(coalesce(try(url_decode({{ text }})), {{ text }}), '__HIVE_DEFAULT_PARTITION__'), '')
{%- endmacro %}

{% macro file_reader(files, file_format, with_file_name=false, alike=false, data_files=[], is_numbered=true, is_export=false) -%}
    {{ return(adapter.dispatch("file_reader", "cij")(
        files, file_format, with_file_name, alike, data_files, is_numbered, is_export
    )) }}
{%- endmacro %}

{% macro duckdb__file_reader(files, file_format, with_file_name, alike, data_files, is_numbered, is_export) -%}
    {#- Not an option but a column that the star passes over: it may stand beside a column of that name. -#}
    {%- set number = ", file_row_number as cij_row_number" if with_file_name and is_numbered else "" -%}
    {%- set common = "union_by_name = " ~ ("false" if alike else "true") ~ ", hive_partitioning = false"
        ~ (", filename = 'cij_source_file'" if with_file_name else "") -%}
    {%- if file_format == "parquet" and number -%}
        (select *{{ number }} from read_parquet([{{ sql_texts(files) }}], {{ common }}))
    {%- elif file_format == "parquet" -%}
        read_parquet([{{ sql_texts(files) }}], {{ common }})
    {%- elif file_format == "delta" and (with_file_name or data_files) -%}
        (
            select *{{ number if with_file_name else " exclude (cij_source_file)" }}
            from delta_scan({{ sql_texts(files) }}, filename = 'cij_source_file')
            {%- if data_files %} where cij_source_file in ({{ sql_texts(data_files) }}){% endif %}
        )
    {%- elif file_format == "delta" -%}
        delta_scan({{ sql_texts(files) }})
    {%- else -%}
        {#- The dialect is stated, not guessed: a sniffer would take a broken quote for another dialect. -#}
        read_csv(
            [{{ sql_texts(files) }}], {{ common }},
            all_varchar = true, header = true, skip = 0, delim = ',', quote = '"', escape = '"', comment = '',
            {% if is_export %}nullstr = ['', 'NULL', '\N'], allow_quoted_nulls = false{% else %}nullstr = ''{% endif %}
        )
    {%- endif -%}
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
