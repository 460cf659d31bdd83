{#-
    On Spark nothing is loaded: the raw tables are where they are, in a schema that CIJ_RAW_SCHEMA names (`raw`, where it names
    none). Any of the 145 entities and of the tables of Dataverse may be missing. Where there is no such schema the sample's
    seeds are read.

    A table may have the columns cij_source_file and cij_row_number, as those have that `cij build --engine spark` makes of
    files; else the table counts as one file by the name of the table.
-#}
{% macro raw_schema() -%}
    {{ return(env_var("CIJ_RAW_SCHEMA", "raw")) }}
{%- endmacro %}

{#- The raw tables of the lakehouse. Returns: a dict name in lower case -> name; empty where the sample is to be read, and while parsing. -#}
{% macro lakehouse_tables() -%}
    {%- if not execute -%}
        {{ return({}) }}
    {%- elif remembered("lakehouse_tables") is none -%}
        {%- set known, tables = {}, {} -%}
        {%- for node in staging_nodes() + dataverse_nodes() -%}{%- do known.update({raw_name(node) | lower: true}) -%}{%- endfor -%}
        {%- for name in split_tables() -%}{%- do known.update({name | lower: true}) -%}{%- endfor -%}
        {%- for name in _tables_in(raw_schema()) if name | lower in known -%}
            {%- do tables.update({name | lower: name}) -%}
        {%- endfor -%}
        {%- do remember("lakehouse_tables", tables) -%}
    {%- endif -%}
    {{ return(remembered("lakehouse_tables")) }}
{%- endmacro %}

{#- The names of the tables and views of a schema; none where there is no such schema. Returns: a list. -#}
{% macro _tables_in(schema) -%}
    {%- set schemas = run_query("show schemas").columns[0].values() | map("lower") | list -%}
    {%- if schema | lower not in schemas -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set found = run_query("show tables in " ~ sql_name(schema)) -%}
    {{ return(found.columns["tableName"].values() | list) }}
{%- endmacro %}

{% macro default__standing_tables(entities) -%}
    {%- set tables, lakehouse = {}, lakehouse_tables() -%}
    {%- for entity in entities -%}
        {%- if not lakehouse -%}
            {%- set seed = graph.nodes["seed.cij." ~ entity] -%}
            {%- do tables.update({entity: _raw_table_of(seed.schema, seed.alias, seed.original_file_path)}) -%}
        {%- elif entity | lower in lakehouse -%}
            {%- set name = lakehouse[entity | lower] -%}
            {%- do tables.update({entity: _raw_table_of(raw_schema(), name, raw_schema() ~ "." ~ entity)}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{#- A raw table as raw_table() describes it. Arguments: schema, name, source_file (what its rows come from). -#}
{% macro _raw_table_of(schema, name, source_file) -%}
    {%- set relation = sql_name(schema) ~ "." ~ sql_name(name) -%}
    {%- if remembered(relation) is none -%}
        {%- set columns, described = {}, namespace(all=false, has_files=false) -%}
        {%- for row in run_query("describe table " ~ relation).rows -%}
            {#- What follows an empty name tells of partitions. -#}
            {%- set described.all = described.all or not row[0] or row[0].startswith("#") -%}
            {%- set described.has_files = described.has_files or row[0] | lower == "cij_source_file" -%}
            {%- if not described.all and not row[0].startswith("cij_") -%}
                {%- do columns.update({row[0] | lower: {"name": row[0], "type": raw_type_of(row[1])}}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set of_loader = _tables_of_the_loader().get(name | lower, {}) -%}
        {%- set generation = "1.1" if "idempotencyid" in columns or not lakehouse_tables() else "1.0" -%}
        {%- do remember(relation, {
            "relation": relation,
            "file_relation": relation if described.has_files else "(select *, " ~ sql_text(source_file)
                ~ " as cij_source_file, cast(null as bigint) as cij_row_number from " ~ relation ~ ")",
            "columns": columns,
            "schema_generations": of_loader.schema_generations or generation,
            "shared_columns": of_loader.shared_columns or [],
        }) -%}
    {%- endif -%}
    {{ return(remembered(relation)) }}
{%- endmacro %}

{% macro default__stored_tables(schema, name, database) -%}
    {%- set found = [] -%}
    {%- for table in _tables_in(schema) if table | lower == name | lower -%}{%- do found.append(table) -%}{%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro default__has_plugin() -%}
    {{ return(false) }}
{%- endmacro %}

{#- The loader writes into schema raw: what it left there tells nothing of tables in another one. -#}
{% macro default__files_are_written_down() -%}
    {%- if execute and remembered("files_are_written_down") is none -%}
        {%- do remember(
            "files_are_written_down", raw_schema() == "raw" and stored_tables("raw", "export_files") | length > 0
        ) -%}
    {%- endif -%}
    {{ return(execute and remembered("files_are_written_down")) }}
{%- endmacro %}

{#- The loader's own words about a table, where it has read it from an export. Returns: a dict name in lower case -> dict. -#}
{% macro _tables_of_the_loader() -%}
    {%- if remembered("tables_of_the_loader") is none -%}
        {%- set tables = {} -%}
        {%- if files_are_written_down() -%}
            {%- for row in run_query(
                "select table_name, schema_generations, concat_ws(',', shared_columns) from raw.export_tables"
            ).rows -%}
                {%- do tables.update({row[0] | lower: {
                    "name": row[0], "schema_generations": row[1], "shared_columns": row[2].split(",") | select | list,
                }}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do remember("tables_of_the_loader", tables) -%}
    {%- endif -%}
    {{ return(remembered("tables_of_the_loader")) }}
{%- endmacro %}

{% macro default__reads_a_lakehouse() -%}
    {{ return(lakehouse_tables() | length > 0) }}
{%- endmacro %}

{#- By a subquery, so that the key stands in no SQL text. -#}
{% macro default__pii_key() -%}
    {%- if reads_a_lakehouse() -%}
        (select keys.pii_key from {{ sql_name(raw_schema()) }}.pii_key as keys)
    {%- else -%}
        '{{ key_of_the_sample() }}'
    {%- endif -%}
{%- endmacro %}
