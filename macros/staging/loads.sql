{#-
    Loads. Each run over an export reads the files that no run before it has read, or that changed since: that is one
    load, and it has a number. What was loaded is written down here, in the database that holds the rows:
        raw.loaded_files        table_name, source_file, file_format, file_bytes, changed_at, schema_generation,
                                is_repaired, load_number: each file, or Delta table, of each load
        raw.loaded_delta_files  source_file (the Delta table), data_file, load_number: its data files
        raw.settled_tables      table_name, load_number: up to which load a family table is whole
        raw.left_hashes         load_number, message_hash, journey_hash: what stored rows belonged to (restate.sql) until a
                                load replaced them or took an erased person out of them
        raw.load_settings       name, value: the settings that decide which rows are loaded, and how
    A table writes its files down in the same transaction as it settles their rows. So a run that was cut short is taken
    up by the next one, whatever it had done: nothing is loaded twice, and nothing is lost.
-#}

{#- The number of this run's load. Returns: an integer; 1 over the sample, which is always loaded as a whole. -#}
{% macro this_load() -%}
    {{ return(ask_about_export("select load_number from raw.this_load").rows[0][0] if _has_load() else 1) }}
{%- endmacro %}

{#- Whether the rows of this load may all stay in memory: those of the sample, or of files of less than 32 MB. -#}
{% macro is_small_load() -%}
    {{ return(not _has_load() or ask_about_export(
        "select count(file_bytes) = count(*) and coalesce(sum(file_bytes), 0) < 32000000 from raw.export_files where is_new"
    ).rows[0][0]) }}
{%- endmacro %}

{#- Whether rows come from an export's files, and not from the sample or a unit test. -#}
{% macro _has_load() -%}
    {{ return(execute and var("raw_path", "") != "" and model.resource_type != "unit_test") }}
{%- endmacro %}

{#- Whether the command builds tables. Others only look, and change nothing of what is stored. -#}
{% macro builds_tables() -%}
    {{ return(flags.WHICH in ("run", "build", "seed", "snapshot", "clone")) }}
{%- endmacro %}

{#-
    By register_export: makes the tables above where they are missing, and gives the load its number. In a database that
    holds no load yet, all is dropped that was stored there otherwise. Everything that can stop a run comes before.
-#}
{% macro begin_load() -%}
    {%- if builds_tables() and not _holds_loads() -%}{%- do forget_stored() -%}{%- endif -%}
    {%- do run_query("create schema if not exists raw") -%}
    {%- for name, columns in {
        "loaded_files": "table_name varchar, source_file varchar, file_format varchar, file_bytes bigint, "
            ~ "changed_at timestamp, schema_generation varchar, is_repaired boolean, load_number bigint",
        "loaded_delta_files": "source_file varchar, data_file varchar, load_number bigint",
        "settled_tables": "table_name varchar, load_number bigint",
        "left_hashes": "load_number bigint, message_hash ubigint, journey_hash ubigint",
        "load_settings": "name varchar, value varchar",
        "export_columns": "entity varchar, column_name varchar, column_type varchar, load_number bigint",
        "rejected_lines": "table_name varchar, source_file varchar, line_number bigint, reason varchar, "
            ~ "raw_value varchar, load_number bigint",
    }.items() -%}
        {%- do run_query("create table if not exists raw." ~ name ~ " (" ~ columns ~ ")") -%}
    {%- endfor -%}
    {#- Earlier versions of this project kept it, at first with ids of people; their facts are built anew. -#}
    {%- do run_query("drop table if exists raw.left_visits") -%}
    {%- if builds_tables() -%}
        {%- set changed = changed_load_settings() -%}
        {%- do _forget_what_is_loaded_anew() -%}
        {%- if changed or env_var("CIJ_RESTATE", "") -%}{%- do forget_stored(only_restated=true) -%}{%- endif -%}
        {%- do run_query("delete from raw.load_settings") -%}
        {%- for name, value in _load_settings().items() -%}
            {%- do run_query("insert into raw.load_settings values (" ~ sql_text(name) ~ ", " ~ sql_text(value) ~ ")") -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do run_query(
        "create or replace table raw.this_load as select coalesce(max(load_number), 0) + 1 as load_number "
        ~ "from (select load_number from raw.loaded_files union all select load_number from raw.settled_tables) as loads"
    ) -%}
    {#- What a load replaces leaves gaps; closing them takes longer than a small load does, so few loads do it. -#}
    {%- do close_gaps_at_checkpoints(this_load() % 24 == 0) -%}
{%- endmacro %}

{#-
    on-run-start, the first of all, and before a clone: stops a command that would take the place of what loads have stored,
    or write files down as loaded without their rows.
-#}
{% macro keep_loaded_export() -%}
    {%- if execute and builds_tables() -%}
        {%- set fault = _fault_of_command() | trim -%}
        {%- if fault -%}{%- do exceptions.raise_compiler_error(fault) -%}{%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- What the command would lose, and what to say instead; or nothing. -#}
{% macro _fault_of_command() -%}
    {%- set has_export = var("raw_path", "") != "" -%}
    {%- if _stored_tables("ops", "refresh_runs", target.database) -%}
        this database is what a refresh publishes to its readers, which dbt would replace; name another in CIJ_DATABASE
    {%- elif flags.WHICH == "clone" and _holds_loads() -%}
        this database holds what was loaded from an export, which a clone would replace; name another in CIJ_DATABASE
    {%- elif not has_export and _holds_loads() -%}
        this database holds what was loaded from an export, which the sample would replace; name the export with
        {#- #} --vars '{raw_path: …}', or another database in CIJ_DATABASE
    {%- elif has_export and (invocation_args_dict.empty or invocation_args_dict.sample) -%}
        {{ "--empty" if invocation_args_dict.empty else "--sample" }}: would count the export's files as loaded without their rows; leave it
        {#- #} out, or leave out raw_path
    {%- endif -%}
{%- endmacro %}

{#- Whether loads have stored anything here. A command that only looks makes their tables, and leaves them empty. -#}
{% macro _holds_loads() -%}
    {%- if not _stored_tables("raw", "loaded_files") -%}{{ return(false) }}{%- endif -%}
    {{ return(not _stored_tables("raw", "load_settings") or run_query(
        "select (select count(*) from raw.loaded_files) + (select count(*) from raw.load_settings) > 0"
    ).rows[0][0]) }}
{%- endmacro %}

{#-
    What --full-refresh loads anew: the selected tables, from the files that are there.
    Returns: a dict of tables (names of raw tables) and is_everything (whether no family table keeps its rows).
-#}
{% macro loaded_anew() -%}
    {%- set tables, kept = [], [] -%}
    {%- for node in nodes_of("model.cij.") if _stores_loads(node) -%}
        {%- if flags.FULL_REFRESH and builds_tables() and node.unique_id in selected_resources -%}
            {%- do tables.extend(tables_stored_by(node)) -%}
        {%- elif node.name.endswith("__interactions") -%}
            {%- do kept.append(node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return({"tables": tables, "is_everything": not kept}) }}
{%- endmacro %}

{#- If all family tables are loaded anew, nothing of earlier loads stays, and what was made of their rows goes with them. -#}
{% macro _forget_what_is_loaded_anew() -%}
    {%- set anew = loaded_anew() -%}
    {%- do run_query("delete from raw.loaded_delta_files where source_file in (" ~ _files_of(anew.tables) ~ ")") -%}
    {%- do run_query("delete from raw.loaded_files where source_file in (" ~ _files_of(anew.tables) ~ ")") -%}
    {%- if anew.is_everything -%}
        {%- for name in ["settled_tables", "left_hashes", "load_settings", "export_columns", "rejected_lines"] -%}
            {%- do run_query("delete from raw." ~ name) -%}
        {%- endfor -%}
        {%- do forget_stored() -%}
    {%- endif -%}
{%- endmacro %}

{#- The files of some raw tables that loads have read. Argument: tables (list of names). Returns: a select. -#}
{% macro _files_of(tables) -%}
    select loaded.source_file from raw.loaded_files as loaded where loaded.table_name in ({{ sql_texts(tables + [""]) }})
{%- endmacro %}

{#- Whether a model keeps the raw rows of every load: family tables, and the staging of Dataverse's tables. -#}
{% macro _stores_loads(node) -%}
    {{ return(
        node.name.endswith("__interactions") or node.config.meta.get("dataverse_table") is not none
    ) }}
{%- endmacro %}

{#-
    The raw tables whose rows a model keeps: those of its staging views, with the ones of schema 1.0 that hold the same
    entities, or its own. Argument: node. Returns: a list of names.
-#}
{% macro tables_stored_by(node) -%}
    {%- if node.config.meta.get("dataverse_table") -%}
        {{ return([node.config.meta.dataverse_table]) }}
    {%- endif -%}
    {%- set tables = entities_of(node) -%}
    {%- for legacy, split in legacy_tables().items() if split.like in tables -%}{%- do tables.append(legacy) -%}{%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{#-
    Drops what is built on from load to load, so that it is built anew. Argument: only_restated (what is made of stored rows
    alone: marts, and whatever is restated like them).
-#}
{% macro forget_stored(only_restated=false) -%}
    {%- for node in nodes_of("model.cij.") if node.config.materialized == "incremental" -%}
        {%- set is_restated = node.schema == "marts" or (node.config.incremental_strategy or "").startswith("restate") -%}
        {%- if (is_restated or not only_restated) and _stored_tables(node.schema, node.alias) -%}
            {%- do adapter.drop_relation(api.Relation.create(
                database=node.database, schema=node.schema, identifier=node.alias, type="table"
            )) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#-
    The tables of that name that are there, as rows. Not asked by way of dbt's cache: filling it opens a transaction, and
    what a hook does within one is rolled back. Arguments: schema, name, database (none = any that is attached).
-#}
{% macro _stored_tables(schema, name, database=none) -%}
    {{ return(run_query(
        "select 1 from information_schema.tables where table_type = 'BASE TABLE' and table_schema = " ~ sql_text(schema)
        ~ " and table_name = " ~ sql_text(name)
        ~ (" and table_catalog = " ~ sql_text(database) if database else "")
    ).rows) }}
{%- endmacro %}

{#-
    The settings that are others than those that the stored rows, or what was made of them, were loaded under. Rows loaded
    under other settings would stand beside those of this load, so the run stops where such a one has changed.
    Returns: a list of names.
-#}
{% macro changed_load_settings() -%}
    {%- set known = {} -%}
    {%- if _stored_tables("raw", "load_settings") and not loaded_anew().is_everything -%}
        {%- for row in run_query("select name, value from raw.load_settings").rows -%}
            {%- do known.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set changed = [] -%}
    {%- for name, value in _load_settings().items() if known and known.get(name, value) != value -%}
        {%- do changed.append(name) -%}
    {%- endfor -%}
    {%- set values = {} -%}
    {%- for name in var("settings") -%}{%- do values.update({name: var(name)}) -%}{%- endfor -%}
    {%- set decide_rows = settings_that_decide_rows(var("settings"), values).split() + ["CIJ_PII_SECRET"] -%}
    {%- for name in changed if name in decide_rows -%}
        {%- do exceptions.raise_compiler_error(
            name ~ ": not what it was when the stored rows were loaded; set it back, or build with --full-refresh, "
            ~ "which loads all files that are there anew"
        ) -%}
    {%- endfor -%}
    {{ return(changed) }}
{%- endmacro %}

{#- The settings that a table may depend on which grows from load to load. Returns: a dict name -> text. -#}
{% macro _load_settings() -%}
    {%- set settings = {} -%}
    {%- for name, rules in var("settings").items() if not rules.restates_nothing -%}
        {%- do settings.update({name: tojson(var(name) | string)}) -%}
    {%- endfor -%}
    {#- The secret stands here as what it makes of a text that anybody knows. -#}
    {%- do settings.update({"CIJ_PII_SECRET": run_query("select " ~ keyed_hash("'secret'")).rows[0][0]}) -%}
    {{ return(settings) }}
{%- endmacro %}

{#- What earlier loads read, and this one does not read anew. Returns: a select of path, bytes and changed_at. -#}
{% macro seen_files() -%}
    {%- if not _stored_tables("raw", "loaded_files") -%}
    select '' as path, 0 as bytes, cast(null as timestamp) as changed_at where false
    {%- else -%}
        {%- set anew = loaded_anew().tables -%}
    select
        source_file as path,
        file_bytes as bytes,
        changed_at
    from raw.loaded_files
    where table_name not in ({{ sql_texts(anew + [""]) }})
    union all
    select
        data_file as path,
        cast(null as bigint) as bytes,
        cast(null as timestamp) as changed_at
    from raw.loaded_delta_files
    where source_file not in ({{ _files_of(anew) }})
    {%- endif -%}
{%- endmacro %}

{#-
    Writes this load's files of some tables down as loaded. Argument: tables (list of names: of entities, of tables of
    schema 1.0, or of Dataverse). Returns: SQL, two statements.
-#}
{% macro log_loaded_files(tables) -%}
    insert into raw.loaded_files
    select table_name, source_file, file_format, file_bytes, changed_at, schema_generation, is_repaired, {{ this_load() }}
    from raw.export_files
    where is_new and table_name in ({{ sql_texts(tables) }});

    insert into raw.loaded_delta_files
    select new_files.source_file, new_files.data_file, {{ this_load() }}
    from raw.new_delta_files as new_files
    where new_files.source_file in (
        select export_files.source_file from raw.export_files where table_name in ({{ sql_texts(tables) }})
    );
{%- endmacro %}

{#- A post-hook of the staging of Dataverse's tables: writes their files down as loaded. Returns: SQL, or nothing. -#}
{% macro log_own_files() -%}
    {%- if execute and var("raw_path", "") != "" -%}
        {{ log_loaded_files(tables_stored_by(model)) }}
    {%- endif -%}
{%- endmacro %}

{#-
    The incremental strategy append_new: adds rows that the table doesn't hold yet, so that a list that is exported whole
    each time doesn't pile up. Of erased people it adds what is left of them. Argument: arguments (dict, from dbt). Returns:
    SQL, several statements.
-#}
{% macro get_incremental_append_new_sql(arguments) -%}
    {{ forget_arriving_records(arguments.temp_relation) }}
    {%- set columns = get_quoted_csv(arguments.dest_columns | map(attribute="name")) -%}
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
    except
    select {{ columns }} from {{ arguments.target_relation }}
{%- endmacro %}

{#-
    A pre-hook of the tables that hold a row per file: takes out what belongs to loads that were cut short before the file
    was written down as loaded. Returns: SQL, or nothing.
-#}
{% macro drop_rows_of_unloaded_files() -%}
    {%- if execute and is_incremental() -%}
        delete from {{ this }}
        where {{ surrogate_key(["source_file", "load_number"]) }} not in (
            select {{ surrogate_key(["source_file", "load_number"]) }} from raw.loaded_files
            union all
            select {{ surrogate_key(["data_file", "load_number"]) }} from raw.loaded_delta_files
        )
    {%- endif -%}
{%- endmacro %}
