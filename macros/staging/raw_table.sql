{#-
    The raw table of an entity, wherever it is: the sample's seed, the export's files read in place, or nothing.

    raw_table(entity): for one entity (its exact name, such as EmailSent).
    raw_tables(): for all of them at once, as a dict entity -> raw table.
    A raw table is a dict: relation (SQL to select from, none where the entity is absent), file_relation (the same with
    the file), columns (raw column name in lower case -> {name, type}), files (how many), generations
    (the schemas they have: `1.0`, `1.1` or `1.0, 1.1`; empty where the entity is absent), shared_columns (where they
    have both: the attributes common to them, in lower case). file_relation has the columns cij_source_file and
    file_row_number (from 0; null where the reader can't tell); every export's relation has cij_generation.
-#}
{% macro raw_table(entity) -%}
    {%- set absent = {"relation": none, "file_relation": none, "columns": {}, "files": 0, "generations": "", "shared_columns": []} -%}
    {%- if not execute -%}
        {{ return(absent) }}
    {%- elif var("raw_path", "") == "" -%}
        {{ return(_seed_tables([entity])[entity]) }}
    {%- endif -%}
    {{ return(_export_tables("where e.entity = " ~ sql_text(entity)).get(entity, absent)) }}
{%- endmacro %}

{% macro raw_tables() -%}
    {%- if not execute -%}
        {{ return({}) }}
    {%- elif var("raw_path", "") != "" -%}
        {{ return(_export_tables()) }}
    {%- endif -%}
    {%- set entities = [] -%}
    {%- for node in staging_nodes() -%}{%- do entities.append(node.config.meta.entity) -%}{%- endfor -%}
    {{ return(_seed_tables(entities)) }}
{%- endmacro %}

{#- What register_export() wrote down. Argument: condition (SQL, may be empty). -#}
{% macro _export_tables(condition="") -%}
    {%- if flags.WHICH not in ("run", "build", "test", "seed") and not _export_is_registered() -%}
        {#- Commands that only compile run no on-run-start hook. -#}
        {%- do register_export() -%}
    {%- endif -%}
    {%- set found = run_query(
        "select e.entity, e.reader, e.file_reader, e.files, e.generations, e.shared_columns, "
        ~ "c.column_name, c.column_type "
        ~ "from raw.export_entities as e inner join raw.export_columns as c on e.entity = c.entity " ~ condition
    ) -%}
    {%- set tables = {} -%}
    {%- for row in found.rows -%}
        {%- set table = tables.setdefault(
            row[0],
            {
                "relation": row[1], "file_relation": row[2], "files": row[3], "generations": row[4],
                "shared_columns": row[5].split(", ") if row[5] else [], "columns": {},
            }
        ) -%}
        {%- do table.columns.update({row[6] | lower: {"name": row[6], "type": row[7]}}) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{#- The seeds of some entities, by one question to the database. Argument: entities (list of names). -#}
{% macro _seed_tables(entities) -%}
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
            "relation": relation | string,
            "file_relation": "(select *, " ~ sql_text(seed.original_file_path)
                ~ " as cij_source_file, cast(null as bigint) as file_row_number from " ~ relation ~ ")",
            "columns": columns_of_seed.get(seed.schema ~ "." ~ seed.alias, {}),
            "files": 1,
            "generations": "1.1",
            "shared_columns": [],
        }}) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{% macro _export_is_registered() -%}
    {{ return(
        load_relation(api.Relation.create(database=target.database, schema="raw", identifier="export_columns"))
        is not none
    ) }}
{%- endmacro %}

{#- The files that the raw tables come from, with the columns of raw.export_files. Returns: a table expression. -#}
{% macro source_files() -%}
    {%- if execute and var("raw_path", "") != "" -%}
        raw.export_files
    {%- else -%}
        (
            select distinct
                interaction_type as table_name,
                source_file,
                'csv' as file_format,
                cast(null as bigint) as file_bytes,
                cast(null as timestamp) as changed_at,
                '1.1' as schema_generation,
                false as is_repaired
            from {{ ref("int_source_files") }}
        ) as seeds
    {%- endif -%}
{%- endmacro %}
