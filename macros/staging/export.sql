{#-
    on-run-start: looks once at the export named by the var raw_path and writes down what is there, so that every
    model of the run sees the same files:
        raw.export_files     entity, file_path, file_format
        raw.export_entities  entity, reader, file_reader (SQL that reads its files, without and with the file's name),
                             files (how many)
        raw.export_columns   entity, column_name, column_type
    Does nothing on the sample. Stops the run with one message where the folder holds nothing that is known.
-#}
{% macro register_export() -%}
    {%- if execute and var("raw_path", "") != "" -%}
        {%- do _write_export_tables(_known_export_files()) -%}
    {%- endif -%}
{%- endmacro %}

{#-
    The export's folder. The var raw_path names it, or says `environment`: then CIJ_RAW_PATH does. A changed var makes dbt
    parse the whole project anew; a changed environment doesn't, as long as nothing asks for it while parsing.
-#}
{% macro raw_path() -%}
    {%- set named = var("raw_path", "") -%}
    {{ return(env_var("CIJ_RAW_PATH") if execute and named == "environment" else named) }}
{%- endmacro %}

{#- Returns: a dict entity -> {format -> [files]}, for the entities that the staging models know. -#}
{% macro _known_export_files() -%}
    {%- set folder = raw_path() -%}
    {%- set entities = {} -%}
    {%- for node in staging_nodes() + dataverse_nodes() -%}
        {%- do entities.update({raw_name(node) | lower: raw_name(node)}) -%}
    {%- endfor -%}
    {%- set known = {} -%}
    {%- for row in run_query(export_file_listing(folder) ~ " order by file_path").rows -%}
        {%- set entity = entities.get(row["entity_name"] | lower) -%}
        {%- if entity and row["file_format"] == "delta" -%}
            {%- do exceptions.raise_compiler_error(
                folder ~ "/" ~ row["entity_name"] ~ " is a Delta table, which can't be read yet: "
                ~ "export it as Parquet or CSV."
            ) -%}
        {%- elif entity and row["file_format"] -%}
            {%- do known.setdefault(entity, {}).setdefault(row["file_format"], []).append(row["file_path"]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if known | length == 0 -%}
        {%- do exceptions.raise_compiler_error(
            "No table of Customer Insights - Journeys found in " ~ folder
            ~ ": raw_path must be an existing folder with one folder or file per entity, such as EmailSent/*.parquet."
        ) -%}
    {%- endif -%}
    {{ return(known) }}
{%- endmacro %}

{% macro _write_export_tables(known) -%}
    {%- set attributes = _known_attributes() -%}
    {%- set files, readers, columns, paths_of = [], [], [], {} -%}
    {%- for entity, formats in known.items() -%}
        {%- set plain, named = [], [] -%}
        {%- for file_format, paths in formats.items() -%}
            {%- set alike = files_are_alike(paths, file_format) -%}
            {%- do plain.append("select * from " ~ file_reader(paths, file_format, alike=alike)) -%}
            {%- do named.append("select * from " ~ file_reader(paths, file_format, with_file_name=true, alike=alike)) -%}
            {%- for path in paths -%}
                {%- do files.append([entity, path, file_format]) -%}
            {%- endfor -%}
            {%- do paths_of.update({entity: paths_of.get(entity, 0) + paths | length}) -%}
        {%- endfor -%}
        {%- set reader = "(" ~ plain | join(" union all by name ") ~ ")" -%}
        {%- do readers.append([entity, reader, "(" ~ named | join(" union all by name ") ~ ")", paths_of[entity]]) -%}
        {%- set found = columns_of(reader) -%}
        {%- do _check_some_column_is_known(entity, found, formats, attributes[entity]) -%}
        {%- for column in found -%}
            {%- do columns.append([entity, column.name, column.type]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do run_query("create schema if not exists raw") -%}
    {%- do _write_text_table("raw.export_files", ["entity", "file_path", "file_format"], files) -%}
    {%- do _write_text_table("raw.export_entities", ["entity", "reader", "file_reader", "files"], readers) -%}
    {%- do _write_text_table("raw.export_columns", ["entity", "column_name", "column_type"], columns) -%}
{%- endmacro %}

{#- A table of which no column is known was not read as it was meant: semicolons for commas, say, or no header. -#}
{% macro _check_some_column_is_known(entity, found, formats, attributes) -%}
    {%- set known = [] -%}
    {%- for column in found if column.name | lower in attributes -%}{%- do known.append(column.name) -%}{%- endfor -%}
    {%- if known | length == 0 -%}
        {%- do exceptions.raise_compiler_error(
            entity ~ ": no column of this entity in " ~ (formats.values() | first | first)
            ~ "; a CSV file must have a header and commas between its values"
        ) -%}
    {%- endif -%}
{%- endmacro %}

{#- Returns: a dict entity -> the raw attributes its staging model knows, in lower case. -#}
{% macro _known_attributes() -%}
    {%- set attributes = {} -%}
    {%- for node in staging_nodes() + dataverse_nodes() -%}
        {%- set names = attributes.setdefault(raw_name(node), []) -%}
        {%- for column in node.columns.values() -%}{%- do names.extend(raw_attributes(column)) -%}{%- endfor -%}
    {%- endfor -%}
    {{ return(attributes) }}
{%- endmacro %}

{% macro _write_text_table(name, columns, rows) -%}
    {%- set tuples = [] -%}
    {%- for row in rows -%}
        {%- set literals = [] -%}
        {%- for value in row -%}{%- do literals.append(value if value is number else sql_text(value)) -%}{%- endfor -%}
        {%- do tuples.append("(" ~ literals | join(", ") ~ ")") -%}
    {%- endfor -%}
    {%- do run_query(
        "create or replace table " ~ name ~ " as select * from (values " ~ tuples | join(", ")
        ~ ") as listed (" ~ columns | join(", ") ~ ")"
    ) -%}
{%- endmacro %}

{#- Returns: the staging models' nodes by name; empty while parsing, when the graph isn't known yet. -#}
{% macro staging_nodes() -%}
    {%- set nodes = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() | sort(attribute="name") -%}
            {%- if node.resource_type == "model" and node.config.meta.get("entity") -%}
                {%- do nodes.append(node) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(nodes) }}
{%- endmacro %}
