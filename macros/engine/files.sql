{#-
    Reading an export's files in place.

    export_file_listing(folder): a select of every file below folder: entity_name (the first part of the path below
        folder, without a file's ending), file_path, file_format (parquet, csv, delta).
    file_reader(files, file_format, with_file_name, alike): a table expression over all of the files, columns matched
        by name; with_file_name adds the column cij_source_file; alike says that all files have the same columns, so
        that not every one of them has to be opened each time a query is planned.
    files_are_alike(files, file_format): whether they have the same columns with the same types; false if unknown.
    columns_of(relation): a list of {name, type} for any table expression.
    text_of(file): the content of a text file.
    folder_listing(folder): a select of the files right in a folder: file_name, file_path; without hidden ones and notes.
-#}

{% macro export_file_listing(folder) -%}
    {{ return(adapter.dispatch("export_file_listing", "cij")(folder)) }}
{%- endmacro %}

{% macro duckdb__export_file_listing(folder) -%}
    {%- set root = folder.rstrip("/") ~ "/" -%}
    with found as (
        select
            file as file_path,
            replace(substr(file, {{ root | length + 1 }}), '\', '/') as relative_path
        from glob({{ sql_text(root ~ "**") }})
    )

    select
        file_path,
        regexp_replace(split_part(relative_path, '/', 1), '[.].*$', '') as entity_name,
        case
            when contains(relative_path, '/_delta_log/') then 'delta'
            when regexp_matches(lower(relative_path), '[.](parquet|pq)$') then 'parquet'
            when regexp_matches(lower(relative_path), '[.]csv([.](gz|zst))?$') then 'csv'
        end as file_format
    from found
    -- Spark and others leave marker and checksum files (_SUCCESS, .part-0.crc) beside the data.
    where
        not regexp_matches(relative_path, '(^|/)[._][^/]*$')
        or contains(relative_path, '/_delta_log/')
{%- endmacro %}

{% macro file_reader(files, file_format, with_file_name=false, alike=false) -%}
    {{ return(adapter.dispatch("file_reader", "cij")(files, file_format, with_file_name, alike)) }}
{%- endmacro %}

{% macro duckdb__file_reader(files, file_format, with_file_name, alike=false) -%}
    {%- set common = "union_by_name = " ~ ("false" if alike else "true") ~ ", hive_partitioning = false"
        ~ (", filename = 'cij_source_file'" if with_file_name else "") -%}
    {%- if file_format == "parquet" -%}
        read_parquet([{{ sql_texts(files) }}], {{ common }})
    {%- else -%}
        {#- The dialect is stated, not guessed: a sniffer would take a broken quote for another dialect. -#}
        read_csv(
            [{{ sql_texts(files) }}], {{ common }},
            all_varchar = true, header = true, skip = 0, delim = ',', quote = '"', escape = '"', nullstr = '', comment = ''
        )
    {%- endif -%}
{%- endmacro %}

{% macro files_are_alike(files, file_format) -%}
    {{ return(adapter.dispatch("files_are_alike", "cij")(files, file_format)) }}
{%- endmacro %}

{% macro duckdb__files_are_alike(files, file_format) -%}
    {%- if file_format != "parquet" -%}
        {#- Not even one CSV: DuckDB then reads it with buffers so large that 145 tables at once don't fit in memory. -#}
        {{ return(false) }}
    {%- elif files | length == 1 -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set schemas = run_query(
        "select count(distinct columns) from (select list_sort(list([name, type, converted_type, logical_type])) as columns "
        ~ "from parquet_schema([" ~ sql_texts(files) ~ "]) group by file_name)"
    ) -%}
    {{ return(schemas.rows[0][0] == 1) }}
{%- endmacro %}

{% macro columns_of(relation) -%}
    {{ return(adapter.dispatch("columns_of", "cij")(relation)) }}
{%- endmacro %}

{% macro duckdb__columns_of(relation) -%}
    {%- set columns = [] -%}
    {%- for row in run_query("describe select * from " ~ relation).rows -%}
        {%- do columns.append({"name": row[0], "type": row[1]}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro folder_listing(folder) -%}
    {{ return(adapter.dispatch("folder_listing", "cij")(folder)) }}
{%- endmacro %}

{% macro duckdb__folder_listing(folder) -%}
    select
        regexp_extract(file, '[^/\\]+$') as file_name,
        file as file_path
    from glob({{ sql_text(folder.rstrip("/") ~ "/*") }})
    where not regexp_matches(file_name, '^[._]|[.]md$')
    order by file_name
{%- endmacro %}

{% macro text_of(file) -%}
    {{ return(adapter.dispatch("text_of", "cij")(file)) }}
{%- endmacro %}

{% macro duckdb__text_of(file) -%}
    {{ return(run_query("select content from read_text(" ~ sql_text(file) ~ ")").rows[0][0]) }}
{%- endmacro %}

{#- A text literal. Argument: value (any text). Returns: SQL. -#}
{% macro sql_text(value) -%}
    '{{ value | replace("'", "''") }}'
{%- endmacro %}

{#- Text literals with commas between them. Argument: values (list of texts). Returns: SQL. -#}
{% macro sql_texts(values) -%}
    {%- for value in values -%}{{ sql_text(value) }}{{ ", " if not loop.last }}{%- endfor -%}
{%- endmacro %}
