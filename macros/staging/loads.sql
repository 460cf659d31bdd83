{#-
    Loads. `cij load` writes into schema raw what is new in an export (scripts/cij/loading/registration.py and ledger.py say
    what); each run of dbt that stores rows is a load and has a number. A table writes its files down as loaded in the same
    transaction as it settles their rows. So a run that was cut short is taken up by the next one, whatever it had done:
    nothing is loaded twice, and nothing is lost.
-#}

{#- Whether the warehouse holds an export, and not the sample. False while parsing and in a unit test. -#}
{% macro has_export() -%}
    {%- if not execute or model.resource_type == "unit_test" -%}
        {{ return(false) }}
    {%- endif -%}
    {%- if remembered("has_export") is none -%}
        {%- do remember("has_export", stored_tables("raw", "this_load", target.database) | length > 0) -%}
    {%- endif -%}
    {{ return(remembered("has_export")) }}
{%- endmacro %}

{#- The number of this run's load. Returns: an integer; 1 over the sample, which is always loaded as a whole. -#}
{% macro this_load() -%}
    {{ return(ask_once(
        "select coalesce(max(load_number), 0) + 1 from (select * from raw.settled_tables union all by name "
        ~ "select * from raw.loaded_files) as loads where " ~ is_of_earlier_run()
    ).rows[0][0] if has_export() else 1) }}
{%- endmacro %}

{#-
    The raw tables with files that no earlier run has stored: a list of names. Those that this run has stored already are
    among them: what it reads must not depend on how far it has come.
-#}
{% macro arriving_tables() -%}
    {{ return(ask_once(
        "select distinct table_name from raw.export_files where is_new and source_file not in ("
        ~ "select source_file from raw.loaded_files where load_number >= (select load_number from raw.this_load) and "
        ~ is_of_earlier_run() ~ ") order by table_name"
    ).columns[0].values() | list if has_export() else []) }}
{%- endmacro %}

{#- Whether new files hold rows of a raw table, be it among others of schema 1.0. Argument: name. -#}
{% macro is_arriving(name) -%}
    {{ return(not has_export() or name in arriving_tables() or split_table_of(name) in arriving_tables()) }}
{%- endmacro %}

{#- The condition for rows that an earlier run has written down. Returns: SQL. -#}
{% macro is_of_earlier_run() -%}
    coalesce(invocation_id, '') != '{{ invocation_id }}'
{%- endmacro %}

{#- The result of a query, asked once per run: of what no run changes, or asked before it does. -#}
{% macro ask_once(query) -%}
    {%- if remembered(query) is none -%}{%- do remember(query, run_query(query)) -%}{%- endif -%}
    {{ return(remembered(query)) }}
{%- endmacro %}

{#- Whether the rows of this load may all stay in memory: those of the sample, or of files of less than 32 MB. -#}
{% macro is_small_load() -%}
    {%- if not has_export() and not files_are_written_down() -%}
        {{ return(target.type == "duckdb" or not lakehouse_tables()) }}
    {%- endif -%}
    {{ return(ask_once(
        "select count(file_bytes) = count(*) and coalesce(sum(file_bytes), 0) < 32000000 from raw.export_files where is_new"
    ).rows[0][0]) }}
{%- endmacro %}

{#- Whether the command builds tables. Others only look, and change nothing of what is stored. -#}
{% macro builds_tables() -%}
    {{ return(flags.WHICH in ("run", "build", "seed", "snapshot", "clone")) }}
{%- endmacro %}

{#-
    Before each run, and before a clone: stops a command that would replace what readers have or what loads
    have stored, that would count files as loaded without their rows, or whose settings don't fit the stored rows.
-#}
{% macro keep_loaded_export() -%}
    {%- if execute and builds_tables() -%}
        {%- set fault = _fault_of_command() | trim -%}
        {%- if fault -%}{%- do exceptions.raise_compiler_error(fault) -%}{%- endif -%}
        {%- if has_export() -%}
            {#- Asked before this run writes anything down. -#}
            {%- do this_load() -%}
            {%- do _check_selection(arriving_tables()) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- What the command would lose, and what to say instead; or nothing. -#}
{% macro _fault_of_command() -%}
    {%- set holds_loads = stored_tables("raw", "loaded_files") | length > 0 -%}
    {%- if stored_tables("ops", "refresh_runs", target.database) -%}
        this database is what a refresh publishes to its readers, which dbt would replace; name another in CIJ_DATABASE
    {%- elif holds_loads and not has_export() -%}
        this database was made by an earlier version of this project; load its export anew, into another database
    {%- elif holds_loads and flags.WHICH == "clone" -%}
        this database holds what was loaded from an export, which a clone would replace; name another in CIJ_DATABASE
    {%- elif holds_loads and (invocation_args_dict.empty or invocation_args_dict.sample) -%}
        {{ "--empty" if invocation_args_dict.empty else "--sample" }}: would count the export's files as loaded without their rows; leave it out
    {%- endif -%}
{%- endmacro %}

{#-
    A family table writes files down as loaded that it reads by way of staging views, and int_source_files profiles them.
    Where the new files have other columns than those of the load before, a view of an earlier run would read nothing of
    some, so it has to be made in the same run: else the run is stopped. Argument: arriving (list of the tables that have
    new files).
-#}
{% macro _check_selection(arriving) -%}
    {%- for node in nodes_of("model.cij.int_") if arriving and _stores_loads(node) and node.unique_id in selected_resources -%}
        {%- set entities = [] -%}
        {%- for entity in entities_of(node) if is_arriving(entity) -%}{%- do entities.append(entity) -%}{%- endfor -%}
        {%- set changed = ask_once("select table_name from raw.changed_tables").columns[0].values() -%}
        {%- for id in node.depends_on.nodes if entities and id.startswith("model.") and id not in selected_resources -%}
            {%- if graph.nodes[id].name == "int_source_files" or (graph.nodes[id].config.meta or {}).get("entity") in (
                entities | select("in", changed) | list
            ) -%}
                {%- do exceptions.raise_compiler_error(
                    node.name ~ ": would count the new files of " ~ entities | join(", ") ~ " as loaded without "
                    ~ graph.nodes[id].name ~ ", which is not selected; select +" ~ node.name
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{#- Whether a model keeps the raw rows of every load: family tables, and the staging of Dataverse's tables. -#}
{% macro _stores_loads(node) -%}
    {{ return(
        node.name.endswith("__interactions") or (node.config.meta or {}).get("dataverse_table") is not none
    ) }}
{%- endmacro %}

{#-
    The raw tables whose rows a model keeps: those of its staging views, with the ones of schema 1.0 that hold the same
    entities, or its own. Argument: node. Returns: a list of names.
-#}
{% macro tables_stored_by(node) -%}
    {%- if (node.config.meta or {}).get("dataverse_table") -%}
        {{ return([node.config.meta.dataverse_table]) }}
    {%- endif -%}
    {%- set tables = entities_of(node) -%}
    {%- for table, split in split_tables().items() if split.like in tables -%}{%- do tables.append(table) -%}{%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{#-
    The tables of that name that are there, as rows. Not asked by way of dbt's cache: filling it opens a transaction, and
    what a hook does within one is rolled back. Arguments: schema, name, database (none = any that is attached).
-#}
{% macro stored_tables(schema, name, database=none) -%}
    {{ return(adapter.dispatch("stored_tables", "cij")(schema, name, database)) }}
{%- endmacro %}

{% macro duckdb__stored_tables(schema, name, database) -%}
    {{ return(run_query(
        "select 1 from information_schema.tables where table_type = 'BASE TABLE' and table_schema = " ~ sql_text(schema)
        ~ " and table_name = " ~ sql_text(name)
        ~ (" and table_catalog = " ~ sql_text(database) if database else "")
    ).rows) }}
{%- endmacro %}

{#-
    Writes this load's files of some tables down as loaded. Argument: tables (list of names: of entities, of tables of
    schema 1.0, or of Dataverse). Returns: SQL, two statements; nothing where none of them has new files.
-#}
{% macro log_loaded_files(tables) -%}
    {%- set arriving = tables | select("in", arriving_tables()) | list -%}
    {%- if arriving %}
    insert into raw.loaded_files
    select
        table_name, source_file, file_format, file_bytes, changed_at, schema_generation, is_repaired, {{ this_load() }},
        '{{ invocation_id }}'
    from raw.export_files
    where is_new and table_name in ({{ sql_texts(arriving) }});

    insert into raw.loaded_delta_files
    select new_files.source_file, new_files.data_file, {{ this_load() }}, '{{ invocation_id }}'
    from raw.new_delta_files as new_files
    where new_files.source_file in (
        select export_files.source_file from raw.export_files where table_name in ({{ sql_texts(arriving) }})
    );
    {%- endif -%}
{%- endmacro %}

{#- A post-hook of the staging of Dataverse's tables: writes their files down as loaded. Returns: SQL, or nothing. -#}
{% macro log_own_files() -%}
    {%- if has_export() -%}
        {{ log_loaded_files(tables_stored_by(model)) }}
    {%- endif -%}
{%- endmacro %}

{#-
    The incremental strategy append_new: adds rows that the table doesn't hold yet, so that a list that is exported whole
    each time doesn't pile up. Of erased people it adds what is left of them. The sample takes the place of what was there.
    Argument: arguments (dict, from dbt). Returns: SQL, several statements.
-#}
{% macro get_incremental_append_new_sql(arguments) -%}
    {%- if not has_export() -%}
        {{ return(get_incremental_replace_sql(arguments)) }}
    {%- endif -%}
    {{ forget_arriving_records(arguments.temp_relation) }}
    {%- set columns = get_quoted_csv(arguments.dest_columns | map(attribute="name")) -%}
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
    except
    select {{ columns }} from {{ arguments.target_relation }}
{%- endmacro %}

{#-
    The incremental strategy append_load of family tables: adds the rows of this load. Those of a load that was cut short
    before its rows were deduplicated go, for this load reads them again. The sample takes the place of what was there.
    Argument: arguments (dict, from dbt). Returns: SQL, two statements.
-#}
{% macro get_incremental_append_load_sql(arguments) -%}
    {%- if not has_export() -%}
        {{ return(get_incremental_replace_sql(arguments)) }}
    {%- endif -%}
    delete from {{ arguments.target_relation }}
    where load_number > coalesce(
        (select settled.load_number from raw.settled_tables as settled where settled.table_name = '{{ this.identifier }}'), 0
    );

    {{ _insert_all(arguments) }}
{%- endmacro %}

{#- The same, named append_files, of tables that hold a row per file: what goes is of files not written down as loaded. -#}
{% macro get_incremental_append_files_sql(arguments) -%}
    {%- if not has_export() -%}
        {{ return(get_incremental_replace_sql(arguments)) }}
    {%- endif -%}
    delete from {{ arguments.target_relation }}
    where {{ surrogate_key(["source_file", "load_number"]) }} not in (
        select {{ surrogate_key(["source_file", "load_number"]) }} from raw.loaded_files
        union all
        select {{ surrogate_key(["data_file", "load_number"]) }} from raw.loaded_delta_files
    );

    {{ _insert_all(arguments) }}
{%- endmacro %}
