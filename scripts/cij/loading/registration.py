"""Writes into a warehouse what a load found in an export; from then on dbt knows it, and looks at no file itself.

    raw."EmailSent" …      a view for each table that the project knows, of the rows that its last load brings: their
                           columns, nulls for known ones that the files lack, those of readers.py, cij_load_number
    raw."repaired …"       rows of damaged CSV files that could be saved
    raw.export_files       each file of the export, as ledger.py has files, and whether this load reads it (is_new)
    raw.new_delta_files    those data files of Delta tables that this load reads
    raw.export_tables      each table that this load brings: the schemas it has (1.0, 1.1), and the attributes, in lower
                           case, that all its files share where it has both
    raw.changed_tables     those of the 145 whose columns or schemas are others than in the last load that was stored
    raw.passed_over_files  what the export holds and no load reads
    raw.this_load          the number of the load, and where the export is

The tables of ledger.py are written beside them.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import duckdb

from cij.loading.inspection import Inspection
from cij.loading.parts import Part
from cij.loading.readers import csv_reader, part_reader, repaired_table
from cij.loading.tables import Table, staged_tables
from cij.quoting import sql_name, sql_text

FILES = {
    "table_name": "varchar", "source_file": "varchar", "file_format": "varchar", "file_bytes": "bigint",
    "changed_at": "timestamp", "schema_generation": "varchar", "is_repaired": "boolean", "is_new": "boolean",
}  # fmt: skip
DELTA_FILES = {"source_file": "varchar", "data_file": "varchar"}
PASSED_OVER = {"path": "varchar", "table_name": "varchar", "reason": "varchar", "what_to_do": "varchar"}
EXPORT_TABLES = {"table_name": "varchar", "schema_generations": "varchar", "shared_columns": "varchar[]"}
COLUMNS = {"entity": "varchar", "column_name": "varchar", "column_type": "varchar", "load_number": "bigint"}
REJECTED_LINES = (
    "{'table_name': 'varchar', 'source_file': 'varchar', 'line_number': 'bigint', 'reason': 'varchar', "
    "'raw_value': 'varchar'}"
)


def register(
    connection: duckdb.DuckDBPyConnection, folder: str, found: Inspection, tables: dict[str, Table], number: int
) -> None:
    """Write down what a load found.

    Arguments: connection (to the warehouse, which can read the export; in a transaction), folder (the export's), found,
    tables (of the staging models, by name), number (of the load).
    """
    before, waiting = _shapes(connection), _changes_that_wait(connection)
    _write(connection, folder, found, tables, number)
    after = _shapes(connection)
    entities = [name for name, table in tables.items() if table.is_entity]
    changed = [name for name in entities if before is None or before.get(name) != after.get(name) or name in waiting]
    _replace(connection, "changed_tables", {"table_name": "varchar"}, [{"table_name": name} for name in changed])


def _changes_that_wait(connection) -> set[str]:
    """Return what the load before has changed where dbt has not stored all of it: views may be older than that load."""
    query = """
        select table_name from raw.changed_tables
        where exists (
            select 1 from raw.export_files
            where is_new and source_file not in (
                select source_file from raw.loaded_files
                where load_number >= (select load_number from raw.this_load)
            )
        )
    """
    try:
        return {name for (name,) in connection.execute(query).fetchall()}
    except duckdb.CatalogException:
        return set()


def unchanged_views(database: Path) -> list[str]:
    """Return the staging models whose views the last load leaves as they are, for it has the same columns.

    Argument: database (the warehouse).
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        changed = {name for (name,) in connection.execute("select table_name from raw.changed_tables").fetchall()}
    return [table.model for table in staged_tables().values() if table.is_entity and table.name not in changed]


def _write(connection, folder: str, found: Inspection, tables: dict[str, Table], number: int) -> None:
    _replace(connection, "export_files", FILES, found.files)
    _replace(connection, "new_delta_files", DELTA_FILES, found.delta_files)
    _replace(connection, "passed_over_files", PASSED_OVER, found.passed_over)
    # A load that was cut short may have had the same number.
    for table in ("rejected_lines", "export_columns"):
        connection.execute(f"delete from raw.{table} where load_number >= $1", [number])
    if found.rejected_lines:
        connection.execute(
            f"""insert into raw.rejected_lines
            select *, {number} from read_csv({sql_text(found.rejected_lines)}, auto_detect = false, header = true,
                delim = ',', quote = '"', escape = '"', nullstr = '', columns = {REJECTED_LINES})"""
        )
    for table, files in found.repaired.items():
        connection.execute(f"create or replace table {repaired_table(table)} as from {csv_reader(files)}")
    parts_of: dict[str, list[Part]] = {}
    for part in found.parts:
        parts_of.setdefault(part.table, []).append(part)
    there = _views(connection)
    for name in {**tables, **parts_of}:
        # What brings nothing stays as it was: its staging view may have been made for its columns.
        if name in parts_of or name not in there:
            numbered = f"*, cast({number} as bigint) as cij_load_number"
            rows = _rows_of(parts_of.get(name, []), tables.get(name))
            view = f"create or replace view raw.{sql_name(name)} as select {numbered} from ({rows}) as files"
            connection.execute(view)
    _replace(connection, "export_tables", EXPORT_TABLES, [_export_table(name, of) for name, of in parts_of.items()])
    columns = [
        {"entity": table, "column_name": each["name"], "column_type": each["type"], "load_number": number}
        for table, of_table in found.columns.items()
        for each in of_table
    ]
    connection.execute(f"insert into raw.export_columns from {_rows(COLUMNS)}", [json.dumps(columns)])
    this_load = "create or replace table raw.this_load as select $1::bigint as load_number, $2::varchar as folder"
    connection.execute(this_load, [number, folder])


def _rows_of(parts: list[Part], table: Table | None) -> str:
    """Return a select of a table's new rows. Arguments: parts (none where there are none), table (if it is staged)."""
    there = {column["name"].lower() for part in parts for column in part.columns}
    missing = [] if table is None else [name for name in _attributes(table) if name not in there]
    added = [f"cast(null as varchar) as {sql_name(name)}" for name in missing]
    if not parts:
        own = ("cij_source_file", "varchar"), ("cij_schema_generation", "varchar"), ("cij_row_number", "bigint")
        added += [f"cast(null as {kind}) as {name}" for name, kind in own]
        return f"select {', '.join(added)} where false"
    return f"select {', '.join(['*', *added])} from ({' union all by name '.join(map(part_reader, parts))}) as files"


def _attributes(table: Table) -> list[str]:
    """Return the attribute that each column of a staging model comes from first, in lower case."""
    return list(dict.fromkeys(sources[0] for name, (sources, _) in table.columns.items() if name != "interaction_type"))


def _export_table(name: str, parts: list[Part]) -> dict:
    schema_generations = sorted({part.schema_generation for part in parts})
    having = Counter(column for part in parts for column in {each["name"].lower() for each in part.columns})
    shared = (
        sorted(column for column, count in having.items() if count == len(parts)) if len(schema_generations) > 1 else []
    )
    return {"table_name": name, "schema_generations": ", ".join(schema_generations), "shared_columns": shared}


def _shapes(connection) -> dict[str, str] | None:
    """Return what decides the text of each table's staging view, of the last load; None where there was none."""
    query = """
        select
            tables.table_name,
            concat_ws(
                ' ', tables.schema_generations, cast(tables.shared_columns as varchar),
                string_agg(columns.column_name || ' ' || columns.column_type, ', ' order by columns.column_name)
            )
        from raw.export_tables as tables
        inner join raw.export_columns as columns on tables.table_name = columns.entity
        where columns.load_number = (select load_number from raw.this_load)
        group by tables.table_name, tables.schema_generations, tables.shared_columns
    """
    try:
        return dict(connection.execute(query).fetchall())
    except duckdb.CatalogException:
        return None


def _views(connection) -> set[str]:
    """Return the names of the views that are there."""
    query = "select view_name from duckdb_views() where schema_name = 'raw' and database_name = current_database()"
    return {name for (name,) in connection.execute(query).fetchall()}


def _replace(connection, table: str, columns: dict[str, str], rows: list[dict]) -> None:
    """Make a table of schema raw anew. Arguments: table, columns (name -> type), rows."""
    connection.execute(f"create or replace table raw.{table} as from {_rows(columns)}", [json.dumps(rows)])


def _rows(columns: dict[str, str]) -> str:
    """Return a table expression over rows given as one JSON text: many values at once, and none of them as SQL.

    Argument: columns (name -> type).
    """
    fields = ", ".join(f'"{name}": "{kind}"' for name, kind in columns.items())
    structure = sql_text("[{" + fields + "}]")
    return f"(select unnest(from_json($1::json, {structure}), recursive := true))"
