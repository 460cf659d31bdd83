{#-
    The raw table of an entity, wherever it is: the sample's seed, the export's files read in place, or nothing.

    Arguments: entity (its exact name, such as EmailSent); with_file_name (adds the column cij_source_file).
    Returns: a dict: relation (SQL to select from, none where the entity is absent),
        columns (raw column name in lower case -> {name, type}), files (how many).
-#}
{% macro raw_table(entity, with_file_name=false) -%}
    {%- if not execute -%}
        {{ return({"relation": none, "columns": {}, "files": 0}) }}
    {%- endif -%}
    {%- if var("raw_path", "") == "" -%}
        {{ return(_seed_table(entity, with_file_name)) }}
    {%- endif -%}
    {%- if flags.WHICH not in ("run", "build", "test", "seed") and not _export_is_registered() -%}
        {#- Commands that only compile run no on-run-start hook. -#}
        {%- do register_export() -%}
    {%- endif -%}
    {%- set found = run_query(
        "select e.reader, e.file_reader, c.column_name, c.column_type, "
        ~ "(select count(*) from raw.export_files as f where f.entity = e.entity) from raw.export_entities as e "
        ~ "inner join raw.export_columns as c on e.entity = c.entity where e.entity = " ~ sql_text(entity)
    ).rows -%}
    {%- set columns = {} -%}
    {%- for row in found -%}
        {%- do columns.update({row[2] | lower: {"name": row[2], "type": row[3]}}) -%}
    {%- endfor -%}
    {%- set relation = found[0][1 if with_file_name else 0] if found | length > 0 else none -%}
    {{ return({"relation": relation, "columns": columns, "files": found[0][4] if found | length > 0 else 0}) }}
{%- endmacro %}

{% macro _seed_table(entity, with_file_name) -%}
    {%- set seed = graph.nodes["seed.cij." ~ entity] -%}
    {%- set relation = api.Relation.create(database=target.database, schema=seed.schema, identifier=seed.alias) -%}
    {%- set columns = {} -%}
    {%- if load_relation(relation) is not none -%}
        {%- for column in columns_of(relation) -%}
            {%- do columns.update({column.name | lower: column}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if with_file_name -%}
        {%- set relation -%}
            (select *, {{ sql_text(seed.original_file_path) }} as cij_source_file from {{ relation }})
        {%- endset -%}
        {{ return({"relation": relation, "columns": columns, "files": 1}) }}
    {%- endif -%}
    {{ return({"relation": relation | string, "columns": columns, "files": 1}) }}
{%- endmacro %}

{% macro _export_is_registered() -%}
    {{ return(
        load_relation(api.Relation.create(database=target.database, schema="raw", identifier="export_columns"))
        is not none
    ) }}
{%- endmacro %}
