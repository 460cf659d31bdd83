{#-
    on-run-start: looks once at the export named by the var raw_path (look_at_export), and when nothing else has stopped the
    run either, writes down what is there (register_export), so that every model of the run sees the same files:
        raw.export_files     table_name, source_file, file_format, file_bytes, changed_at, schema_generation, is_repaired,
                             is_new (whether this load reads it)
        raw.new_delta_files  source_file (a Delta table), data_file: those of its data files that this load reads
        raw.passed_over_files  path, table_name, reason, what_to_do: what the export holds and no load reads
        raw.export_entities  entity, file_reader (SQL that reads its new files, with the file's name), generations,
                             shared_columns (see raw_table.sql)
        raw."new …"          views of the new rows of each entity that has some; the staging views read them, so that
                             their own text is the same from load to load
        raw.changed_entities entity: those whose staging view would read something else than what the stored one does
        raw.export_columns   entity, column_name, column_type, load_number: of each load
        raw.rejected_lines   table_name, source_file, line_number, reason, raw_value, load_number: rows of CSV files put
                             aside, of each load
        raw."repaired …"     the other rows of those files
    Both do nothing on the sample, nor in a command that builds nothing where an export is registered. The first stops the
    run with one message where the folder holds nothing that is known, a file can't be read, or its rows can't stand beside
    those that are stored.
-#}
{% macro look_at_export() -%}
    {%- if is_registering() -%}
        {%- if builds_tables() -%}{%- do changed_load_settings() -%}{%- endif -%}
        {%- set found = inspect_export(raw_path(), _known_tables(), seen_files()) -%}
        {%- for warning in found.warnings -%}{%- do exceptions.warn(warning) -%}{%- endfor -%}
        {%- do _check_generations(found.parts) -%}
        {%- do _check_change_feeds(found.parts) -%}
        {%- if builds_tables() -%}{%- do _check_selection(found.parts | map(attribute="table") | list) -%}{%- endif -%}
        {%- do remember("export", found) -%}
    {%- endif -%}
{%- endmacro %}

{% macro register_export() -%}
    {%- if is_registering() -%}
        {%- do begin_load() -%}
        {%- do _write_export_tables(remembered("export")) -%}
    {%- endif -%}
{%- endmacro %}

{% macro is_registering() -%}
    {{ return(
        execute and var("raw_path", "") != "" and (builds_tables() or not _stored_tables("raw", "export_entities"))
    ) }}
{%- endmacro %}

{#-
    What register_export() wrote down, asked once per run. Commands that only compile run no on-run-start hook: a database
    that knows no export learns of it when a model first asks.

    Argument: query (SQL over tables that nothing changes after register_export()). Returns: its result, as run_query does.
-#}
{% macro ask_about_export(query) -%}
    {%- if not builds_tables() and not remembered("export_is_registered") -%}
        {#- Before it is: while it is registered others ask, too. -#}
        {%- do remember("export_is_registered", true) -%}
        {%- do look_at_export() -%}
        {%- do confine_engine() -%}
        {%- do register_export() -%}
    {%- endif -%}
    {%- if remembered(query) is none -%}{%- do remember(query, run_query(query)) -%}{%- endif -%}
    {{ return(remembered(query)) }}
{%- endmacro %}

{#-
    The export's folder. The var raw_path names it, or says `environment`: then CIJ_RAW_PATH does. A changed var makes dbt
    parse the whole project anew; a changed environment doesn't, as long as nothing asks for it while parsing.
-#}
{% macro raw_path() -%}
    {%- set named = var("raw_path", "") -%}
    {%- set path = env_var("CIJ_RAW_PATH", "") if execute and named == "environment" else named -%}
    {%- if execute and named and not path -%}
        {%- do exceptions.raise_compiler_error("CIJ_RAW_PATH: empty; it must name the export's folder, for raw_path leaves it to it") -%}
    {%- endif -%}
    {{ return(path) }}
{%- endmacro %}

{#-
    What an export may hold: the tables of the staging models, and the two of schema 1.0 that 1.1 has split by status.
    Returns: a dict table in lower case -> {name, attributes (raw ones, in lower case), times (those that are read as times,
    added ones among them), split_by (its status column)}.
-#}
{% macro _known_tables() -%}
    {%- set known = {} -%}
    {%- for node in staging_nodes() + dataverse_nodes() -%}
        {%- set attributes, times = [], [] -%}
        {%- for column in node.columns.values() -%}{%- do attributes.extend(raw_attributes(column)) -%}{%- endfor -%}
        {%- for column in all_columns(node).values() if column.data_type == "timestamp" -%}
            {%- do times.extend(raw_attributes(column)) -%}
        {%- endfor -%}
        {%- set name = raw_name(node) -%}
        {%- do known.update({name | lower: {"name": name, "attributes": attributes, "times": times}}) -%}
    {%- endfor -%}
    {%- for name, split in legacy_tables().items() -%}
        {%- set like = known[split.like | lower] -%}
        {%- do known.update({name | lower: dict(like, name=name, split_by=split.status)}) -%}
    {%- endfor -%}
    {{ return(known) }}
{%- endmacro %}

{#-
    The tables of schema 1.0 that hold what 1.1 keeps in one table per status; a status is the rest of the entity's name.
    Returns: a dict table -> {status (its column), like (an entity with the same attributes)}.
-#}
{% macro legacy_tables() -%}
    {{ return({
        "ActionEvent": {"status": "ActionStatus", "like": "ActionEventInflow"},
        "JourneyEvent": {"status": "JourneyStatus", "like": "JourneyEventInflow"},
    }) }}
{%- endmacro %}

{#-
    Rows of schema 1.0 take over the ids of their events' rows in 1.1, which only works where both are read together: a
    load that would bring the other generation of a table stops the run.
-#}
{% macro _check_generations(parts) -%}
    {%- set loaded, anew = {}, loaded_anew().tables -%}
    {%- for row in (run_query(
        "select distinct table_name, schema_generation from raw.loaded_files where schema_generation is not null"
    ).rows if _stored_tables("raw", "loaded_files") else []) if row[0] not in anew -%}
        {%- do loaded.setdefault(row[0], []).append(row[1]) -%}
    {%- endfor -%}
    {%- for part in parts if loaded -%}
        {%- set before = loaded.get(part.table, []) + loaded.get(legacy_table_of(part.table), []) -%}
        {%- if before | reject("equalto", part.generation) | list -%}
            {%- do exceptions.raise_compiler_error(
                part.table ~ ": new files have schema " ~ part.generation ~ ", but files loaded before have "
                ~ before | reject("equalto", part.generation) | first ~ " too; events that are in both are only found "
                ~ "where they are loaded together: build with --full-refresh"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#-
    A change feed takes back rows of its own: where it takes back others, and the table has others, the run stops. What other
    files gave is no history that could be gone through, and stored rows stay.
-#}
{% macro _check_change_feeds(parts) -%}
    {%- set anew = loaded_anew().tables -%}
    {%- for part in parts if part.takes_back_others -%}
        {%- set beside = parts | selectattr("table", "equalto", part.table) | list | length > 1 -%}
        {%- if beside or (part.source not in anew and _stored_tables("raw", "loaded_files") and run_query(
            "select 1 from raw.loaded_files where table_name = " ~ sql_text(part.source) ~ " limit 1"
        ).rows) -%}
            {%- do exceptions.raise_compiler_error(
                part.paths[0] ~ ": a change feed that deletes rows which other files gave; export the table itself, without "
                ~ "readChangeFeed, and build with --full-refresh where such files were loaded before"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#-
    A family table writes files down as loaded that it reads by way of staging views, and int_source_files profiles them.
    Those of an earlier run may read nothing of the new files, so they have to be made in the same run: else it is stopped.
    Argument: arriving (list of the entities that have new files).
-#}
{% macro _check_selection(arriving) -%}
    {%- for node in nodes_of("model.cij.int_") if _stores_loads(node) and node.unique_id in selected_resources -%}
        {%- set entities = entities_of(node) | select("in", arriving) | list -%}
        {%- for id in node.depends_on.nodes if entities and id.startswith("model.") and id not in selected_resources -%}
            {%- if graph.nodes[id].name == "int_source_files" or graph.nodes[id].config.meta.get("entity") in entities -%}
                {%- do exceptions.raise_compiler_error(
                    node.name ~ ": would count the new files of " ~ entities | join(", ") ~ " as loaded without "
                    ~ graph.nodes[id].name ~ ", which is not selected; select +" ~ node.name
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{#- The table of schema 1.0 that holds an entity's rows among others, or none. -#}
{% macro legacy_table_of(entity) -%}
    {%- for table in legacy_tables() if entity.startswith(table) and entity != table -%}{{ return(table) }}{%- endfor -%}
    {{ return(none) }}
{%- endmacro %}

{% macro _write_export_tables(found) -%}
    {%- set load_number = this_load() -%}
    {%- do load_json("raw.export_files", found.files, {
        "table_name": "varchar", "source_file": "varchar", "file_format": "varchar", "file_bytes": "bigint",
        "changed_at": "timestamp", "schema_generation": "varchar", "is_repaired": "boolean", "is_new": "boolean",
    }) -%}
    {%- do load_json("raw.new_delta_files", found.delta_files, {"source_file": "varchar", "data_file": "varchar"}) -%}
    {%- do load_json("raw.passed_over_files", found.passed_over, {
        "path": "varchar", "table_name": "varchar", "reason": "varchar", "what_to_do": "varchar",
    }) -%}
    {#- A run that was cut short may have had the same number. -#}
    {%- do run_query("delete from raw.rejected_lines where load_number >= " ~ load_number) -%}
    {%- if found.rejected_lines -%}
        {%- do run_query(
            "insert into raw.rejected_lines select *, " ~ load_number ~ " from "
            ~ csv_reader(found.rejected_lines, {
                "table_name": "varchar", "source_file": "varchar", "line_number": "bigint", "reason": "varchar",
                "raw_value": "varchar",
            })
        ) -%}
    {%- endif -%}
    {%- for table, files in found.repaired.items() -%}
        {%- do run_query(
            "create or replace table " ~ repaired_table(table) ~ " as select * from "
            ~ file_reader(files, "csv", is_export=true)
        ) -%}
    {%- endfor -%}
    {%- set readers, columns, views, parts_of = [], [], [], {} -%}
    {%- for part in found.parts -%}{%- do parts_of.setdefault(part.table, []).append(part) -%}{%- endfor -%}
    {%- for entity, parts in parts_of.items() -%}
        {%- set plain, named, generations = [], [], [] -%}
        {%- for part in parts -%}
            {%- do plain.append(_part_reader(part)) -%}
            {%- do named.append(_part_reader(part, with_file_name=true)) -%}
            {%- if part.generation not in generations -%}{%- do generations.append(part.generation) -%}{%- endif -%}
        {%- endfor -%}
        {%- do views.append(
            "create or replace view " ~ new_rows(entity) ~ " as " ~ plain | join(" union all by name ")
        ) -%}
        {%- do readers.append([
            entity,
            "(" ~ named | join(" union all by name ") ~ ")",
            generations | sort | join(", "),
            tojson(_shared_columns(parts) if generations | length > 1 else []),
        ]) -%}
        {%- for column in found.columns[entity] -%}
            {%- do columns.append([entity, column.name, column.type, load_number]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if views -%}{%- do run_query(views | join(";\n")) -%}{%- endif -%}
    {%- set before = none -%}
    {%- if env_var("CIJ_KEEP_VIEWS", "") and _stored_tables("raw", "export_entities") -%}
        {%- set before = _staged_tables() -%}
    {%- endif -%}
    {%- do run_query(
        "create or replace table raw.export_entities (entity varchar, file_reader varchar, generations varchar, "
        ~ "shared_columns varchar)"
    ) -%}
    {%- do _insert_rows("raw.export_entities", readers) -%}
    {%- do run_query("delete from raw.export_columns where load_number >= " ~ load_number) -%}
    {%- do _insert_rows("raw.export_columns", columns) -%}
    {%- set changed, after = [], _staged_tables() -%}
    {%- for node in staging_nodes() -%}
        {%- set entity = node.config.meta.entity -%}
        {%- if before is none or before.get(entity) != after.get(entity) -%}{%- do changed.append([entity]) -%}{%- endif -%}
    {%- endfor -%}
    {%- do run_query("create or replace table raw.changed_entities (entity varchar)") -%}
    {%- do _insert_rows("raw.changed_entities", changed) -%}
{%- endmacro %}

{#- What decides the text of the staging views, of the last export that was looked at: a dict entity -> text. -#}
{% macro _staged_tables() -%}
    {%- set tables = {} -%}
    {%- for row in run_query(
        "select e.entity, concat_ws(' ', e.generations, e.shared_columns, "
        ~ "string_agg(c.column_name || ' ' || c.column_type, ', ' order by c.column_name)) "
        ~ "from raw.export_entities as e inner join raw.export_columns as c on e.entity = c.entity "
        ~ "where c.load_number = (select max(load_number) from raw.export_columns) "
        ~ "group by e.entity, e.generations, e.shared_columns"
    ).rows -%}
        {%- do tables.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{#- Where the rows of an entity's new files can be read. Returns: SQL, a view's name. -#}
{% macro new_rows(entity) -%}
    raw.{{ sql_name("new " ~ entity) }}
{%- endmacro %}

{#-
    Whether the staging view of an entity that is stored is the one that would be made now. Only a refresh under unchanged
    rules can know (scripts/refresh.py says so by the environment's CIJ_KEEP_VIEWS); it saves most of what 145 views cost.
-#}
{% macro keeps_staging_view(entity) -%}
    {{ return(
        execute and var("raw_path", "") != "" and env_var("CIJ_KEEP_VIEWS", "") != "" and model.config.materialized == "view"
        and entity not in ask_about_export("select entity from raw.changed_entities").columns[0].values()
    ) }}
{%- endmacro %}

{#- The attributes, in lower case, that all parts of a table have. -#}
{% macro _shared_columns(parts) -%}
    {%- set shared, having = [], {} -%}
    {%- for part in parts -%}
        {%- for name in part.columns | map(attribute="name") | map("lower") | unique -%}
            {%- do having.update({name: having.get(name, 0) + 1}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for column in parts[0].columns if having[column.name | lower] == parts | length -%}
        {%- do shared.append(column.name | lower) -%}
    {%- endfor -%}
    {{ return(shared) }}
{%- endmacro %}

{#- SQL that reads one part of a table: files that one reader takes together (see scripts/cij/loading/inspection.py). -#}
{% macro _part_reader(part, with_file_name=false) -%}
    {%- set source, hidden = _part_source(part, with_file_name) -%}
    {%- if part.as_text -%}{%- set source = with_text(source, part.as_text) -%}{%- endif -%}
    {%- if part.day_first -%}{%- set source = with_day_first_marked(source, part.day_first) -%}{%- endif -%}
    {%- if part.is_change_feed -%}{%- set source = _rows_that_a_feed_leaves(source, part) -%}{%- endif -%}
    select *{{ select_exceptions(hidden, _renames(part.renames)) }}, {{ sql_text(part.generation) }} as cij_generation
    {%- for old, new in part.copies.items() %}, {{ sql_name(old) }} as {{ sql_name(new) }}{% endfor %}
    {%- if with_file_name and (part.format in ("csv", "repaired") or not part.is_numbered) %}, cast(null as bigint) as cij_row_number{% endif %} from {{ source }}
    {%- if part.status and not part.status_column %} where false
    {%- elif part.status %} where {{ plain_text(sql_name(part.status_column)) }} = {{ sql_text(part.status) }}
    {%- endif -%}
{%- endmacro %}

{#-
    The rows of a part as its files and their paths hold them. Arguments: part, with_file_name. Returns: SQL, a table
    expression, and a list of the columns in it that the reader added for itself.
-#}
{% macro _part_source(part, with_file_name) -%}
    {%- if part.format == "repaired" -%}
        {%- set source = "(select * from " ~ repaired_table(part.source) ~ " where cij_source_file in ("
            ~ sql_texts(part.paths) ~ "))" -%}
        {{ return([source, [] if with_file_name else ["cij_source_file"]]) }}
    {%- endif -%}
    {#- The path of a file of a Delta table may have nothing to do with the table's. -#}
    {%- set is_named = with_file_name or part.day_first or (part.path_columns and part.format != "delta") -%}
    {%- set path = sql_text(part.paths[0]) if part.format == "delta" else "cij_source_file" -%}
    {%- set source = file_reader(
        part.paths, part.format, with_file_name=is_named, alike=part.alike, data_files=part.data_files,
        is_numbered=with_file_name and part.is_numbered, is_export=true
    ) -%}
    {%- if part.plain_names or part.path_columns -%}
        {%- set columns = ["*" ~ select_exceptions([], _renames(part.plain_names))] -%}
        {%- for name, place in part.path_columns.items() -%}
            {%- do columns.append(path_value(path, place) ~ " as " ~ sql_name(name)) -%}
        {%- endfor -%}
        {%- set source = "(select " ~ columns | join(", ") ~ " from " ~ source ~ ")" -%}
    {%- endif -%}
    {{ return([source, ["cij_source_file"] if is_named and not with_file_name else []]) }}
{%- endmacro %}

{% macro _renames(names) -%}
    {%- set renames = [] -%}
    {%- for old, new in names.items() -%}{%- do renames.append(sql_name(old) ~ " as " ~ sql_name(new)) -%}{%- endfor -%}
    {{ return(renames) }}
{%- endmacro %}

{#-
    Delta's change feed has a row for each change of a row: inserted, deleted, and before and after an update. What was
    deleted or updated later is no row of the table any more. Arguments: source (SQL), part. Returns: SQL, a table expression.
-#}
{% macro _rows_that_a_feed_leaves(source, part) -%}
    {%- set types = {} -%}
    {%- for column in part.columns -%}{%- do types.update({column.name | lower: column.type}) -%}{%- endfor -%}
    {%- set version = cast_to(sql_name("_commit_version"), types["_commit_version"], {"data_type": "bigint"}) -%}
    (
        select *{{ select_exceptions(["cij_last_taken_back"], []) }}
        from (
            select *, max(case when {{ _is_taken_back() }} then {{ version }} end)
                over (partition by {{ _content_of_feed(part) | join(", ") }}) as cij_last_taken_back
            from {{ source }}
        ) as changes
        where not {{ _is_taken_back() }} and (cij_last_taken_back is null or {{ version }} >= cij_last_taken_back)
    )
{%- endmacro %}

{#- Whether a row of a change feed says that the table no longer has it. -#}
{% macro _is_taken_back() -%}
    coalesce(lower(trim(cast({{ sql_name("_change_type") }} as varchar))) in ('delete', 'update_preimage'), false)
{%- endmacro %}

{#- The columns that tell a row of the table itself, as SQL; under their names before any is renamed for its generation. -#}
{% macro _content_of_feed(part) -%}
    {%- set columns, old_names = [], {} -%}
    {%- for old, new in part.renames.items() -%}{%- do old_names.update({new: old}) -%}{%- endfor -%}
    {%- for column in part.columns if column.name not in part.copies.values()
        and column.name | lower not in ("_change_type", "_commit_version", "_commit_timestamp") -%}
        {%- do columns.append(sql_name(old_names.get(column.name, column.name))) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}

{#- Where the rows of a table's damaged CSV files stand that could be saved. Returns: SQL. -#}
{% macro repaired_table(table) -%}
    raw.{{ sql_name("repaired " ~ table) }}
{%- endmacro %}

{% macro _insert_rows(table, rows) -%}
    {%- set tuples = [] -%}
    {%- for row in rows -%}
        {#- Text for every type of column, and no macro for each value, of which there are thousands. -#}
        {%- do tuples.append("('" ~ row | map("string") | map("replace", "'", "''") | join("', '") ~ "')") -%}
    {%- endfor -%}
    {%- if tuples -%}{%- do run_query("insert into " ~ table ~ " values " ~ tuples | join(", ")) -%}{%- endif -%}
{%- endmacro %}

{#- The entities whose staging views a node reads: a list. -#}
{% macro entities_of(node) -%}
    {%- set entities = [] -%}
    {%- for id in node.depends_on.nodes if id.startswith("model.cij.stg_cij__") -%}
        {%- do entities.append(graph.nodes[id].config.meta.entity) -%}
    {%- endfor -%}
    {{ return(entities) }}
{%- endmacro %}

{#- Returns: the staging models' nodes by name; empty while parsing, when the graph isn't known yet. -#}
{% macro staging_nodes() -%}
    {{ return(nodes_of("model.cij.stg_cij__")) }}
{%- endmacro %}
