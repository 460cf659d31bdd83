{#-
    The raw table of an entity, wherever it is: the sample's seed, a view of an export's new files, a table of a lakehouse
    on Spark, or nothing.

    raw_table(entity): for one entity (its exact name, such as EmailSent).
    raw_tables(): for all of them at once, as a dict entity -> raw table.
    A raw table is a dict: relation (SQL to select from, none where the entity is absent), file_relation (the same with
    the file), columns (raw column name in lower case -> {name, type}), schema_generations (`1.0`, `1.1` or `1.0, 1.1`;
    empty where the entity is absent), shared_columns (where they have both: the attributes common to them, in
    lower case). file_relation has the columns cij_source_file and cij_row_number (from 0; null where the reader can't
    tell); every export's relation has cij_schema_generation.
-#}
{% macro raw_table(entity) -%}
    {%- set absent = {"relation": none, "file_relation": none, "columns": {}, "schema_generations": "", "shared_columns": []} -%}
    {%- if not execute -%}
        {{ return(absent) }}
    {%- elif has_export() -%}
        {{ return(_export_tables().get(entity, absent)) }}
    {%- endif -%}
    {{ return(standing_tables([entity]).get(entity, absent)) }}
{%- endmacro %}

{% macro raw_tables() -%}
    {%- if not execute -%}
        {{ return({}) }}
    {%- elif has_export() -%}
        {{ return(_export_tables()) }}
    {%- endif -%}
    {%- set entities = [] -%}
    {%- for node in staging_nodes() + dataverse_nodes() -%}{%- do entities.append(raw_name(node)) -%}{%- endfor -%}
    {{ return(standing_tables(entities)) }}
{%- endmacro %}

{#- What the last load found in the export. -#}
{% macro _export_tables() -%}
    {%- set kept = remembered("export_tables") -%}
    {%- if kept is not none -%}
        {{ return(kept) }}
    {%- endif -%}
    {#- Commands that only compile run no hook, and read the export, too. -#}
    {%- if not builds_tables() -%}{%- do confine_engine() -%}{%- endif -%}
    {%- set tables = {} -%}
    {%- for row in fromjson(run_query(json_of_rows("from raw.export_tables")).rows[0][0]) -%}
        {%- set relation = "raw." ~ sql_name(row.table_name) -%}
        {%- do tables.update({row.table_name: {
            "relation": relation, "file_relation": relation, "schema_generations": row.schema_generations,
            "shared_columns": row.shared_columns, "columns": {},
        }}) -%}
    {%- endfor -%}
    {%- for row in fromjson(run_query(json_of_rows(
        "select entity, column_name, column_type from raw.export_columns "
        ~ "where load_number = (select load_number from raw.this_load) order by " ~ row_address()
    )).rows[0][0]) if row.entity in tables -%}
        {%- do tables[row.entity].columns.setdefault(
            row.column_name | lower, {"name": row.column_name, "type": row.column_type}
        ) -%}
    {%- endfor -%}
    {%- do remember("export_tables", tables) -%}
    {{ return(tables) }}
{%- endmacro %}

{#- The raw tables of some entities that no load has written: the sample's seeds. Argument: entities (list of names). -#}
{% macro standing_tables(entities) -%}
    {{ return(adapter.dispatch("standing_tables", "cij")(entities)) }}
{%- endmacro %}

{#- By one question to the database. -#}
{% macro duckdb__standing_tables(entities) -%}
    {%- set tables, columns_of_seed = {}, {} -%}
    {%- for row in run_query(
        "select table_schema || '.' || table_name, column_name, data_type from information_schema.columns"
        ~ (" where table_name = " ~ sql_text(entities[0]) if entities | length == 1 else "")
    ).rows -%}
        {%- do columns_of_seed.setdefault(row[0], {}).update({row[1] | lower: {"name": row[1], "type": row[2]}}) -%}
    {%- endfor -%}
    {%- for entity in entities -%}
        {%- set seed = graph.nodes["seed.cij." ~ entity] -%}
        {%- set relation = api.Relation.create(database=target.database, schema=seed.schema, identifier=seed.alias) -%}
        {%- do tables.update({entity: {
            "relation": relation.include(database=false) | string,
            "file_relation": "(select *, " ~ sql_text(seed.original_file_path)
                ~ " as cij_source_file, cast(null as bigint) as cij_row_number from " ~ relation.include(database=false) ~ ")",
            "columns": columns_of_seed.get(seed.schema ~ "." ~ seed.alias, {}),
            "schema_generations": "1.1",
            "shared_columns": [],
        }}) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{#-
    The files of all loads so far. Returns: a table expression with the columns of raw.loaded_files, and is_gone: whether
    the export no longer holds the file.
-#}
{% macro loaded_files() -%}
    {%- if files_are_written_down() -%}
        (
            select
                table_name, source_file, file_format, file_bytes, changed_at, schema_generation, is_repaired,
                cast(1 as bigint) as load_number,
                false as is_gone
            from raw.export_files
        )
    {%- elif has_export() -%}
        (
            select
                *,
                source_file not in (select export_files.source_file from raw.export_files) as is_gone
            from raw.loaded_files
        )
    {%- else -%}
        (
            select distinct
                interaction_type as table_name,
                source_file,
                'csv' as file_format,
                cast(null as bigint) as file_bytes,
                cast(null as timestamp) as changed_at,
                '1.1' as schema_generation,
                false as is_repaired,
                load_number,
                false as is_gone
            from {{ ref("int_source_files") }}
        )
    {%- endif -%}
{%- endmacro %}

{#- Whether the loader wrote down what files the tables are made of that stand on Spark. -#}
{% macro files_are_written_down() -%}
    {{ return(adapter.dispatch("files_are_written_down", "cij")()) }}
{%- endmacro %}

{% macro duckdb__files_are_written_down() -%}
    {{ return(false) }}
{%- endmacro %}

{#- What the export held that no load read. Returns: a table expression with the columns of raw.passed_over_files. -#}
{% macro passed_over_files() -%}
    {%- if has_export() or files_are_written_down() -%}
        raw.passed_over_files
    {%- else -%}
        (
            select
                cast(null as string) as path,
                cast(null as string) as table_name,
                cast(null as string) as reason,
                cast(null as string) as what_to_do
            where false
        )
    {%- endif -%}
{%- endmacro %}

{#-
    What all loads so far saw of each entity. Returns: a dict entity -> {columns (as in a raw table), schema_generations, files
    (how many)}; entities that no load saw are missing.
-#}
{% macro loaded_tables() -%}
    {%- set tables = {} -%}
    {%- if execute and not has_export() -%}
        {%- for entity, raw in raw_tables().items() -%}
            {%- do tables.update({entity: {"columns": raw.columns, "schema_generations": raw.schema_generations, "files": 1}}) -%}
        {%- endfor -%}
    {%- elif execute -%}
        {%- for row in fromjson(run_query(json_of_rows(
            "select entity, column_name, max(column_type) as column_type from raw.export_columns group by all "
            ~ "order by entity, min(" ~ row_address() ~ ")"
        )).rows[0][0]) -%}
            {%- set table = tables.setdefault(row.entity, {"columns": {}, "schema_generations": "", "files": 0}) -%}
            {%- do table.columns.setdefault(row.column_name | lower, {"name": row.column_name, "type": row.column_type}) -%}
        {%- endfor -%}
        {%- set files = {} -%}
        {%- for row in run_query(
            "select table_name, schema_generation, count(distinct source_file) from raw.loaded_files "
            ~ "where schema_generation is not null group by all order by all"
        ).rows -%}
            {%- do files.setdefault(row[0], []).append({"schema_generation": row[1], "files": row[2]}) -%}
        {%- endfor -%}
        {%- for entity, table in tables.items() -%}
            {%- set found = files.get(entity, []) + files.get(split_table_of(entity), []) -%}
            {%- do table.update({
                "schema_generations": found | map(attribute="schema_generation") | unique | sort | join(", "),
                "files": found | map(attribute="files") | sum,
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(tables) }}
{%- endmacro %}
