"""What a warehouse knows of its loads: the tables of schema raw that outlive each of them.

    loaded_files        the files, and Delta tables, whose rows are stored; dbt writes them down with the rows
    loaded_delta_files  the data files of those Delta tables
    settled_tables      up to which load a family table is whole
    left_hashes         what stored rows belonged to until a load replaced them (macros/interactions/restate.sql)
    export_columns      the columns that each load saw of each table
    rejected_lines      rows of CSV files put aside, of each load

Each run of dbt that stores something is a load and has a number; invocation_id is that run's.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from cij.loading.limits import ExportError
from cij.loading.parts import Part
from cij.loading.tables import Table, split_table_of

TABLES = {
    "loaded_files": "table_name varchar, source_file varchar, file_format varchar, file_bytes bigint, "
    "changed_at timestamp, schema_generation varchar, is_repaired boolean, load_number bigint, invocation_id varchar",
    "loaded_delta_files": "source_file varchar, data_file varchar, load_number bigint, invocation_id varchar",
    "settled_tables": "table_name varchar, load_number bigint, invocation_id varchar",
    "left_hashes": "load_number bigint, message_hash ubigint, journey_hash ubigint",
    "export_columns": "entity varchar, column_name varchar, column_type varchar, load_number bigint",
    "rejected_lines": "table_name varchar, source_file varchar, line_number bigint, reason varchar, raw_value varchar, "
    "load_number bigint",
}
SEEN = """
    select source_file as path, file_bytes as bytes, cast(changed_at as varchar) as changed_at from raw.loaded_files
    union all
    select data_file, null, null from raw.loaded_delta_files
"""


def check_layout(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise ExportError where a warehouse was made by an earlier version of this project."""
    query = """
        select count(*) > 0 and not bool_or(column_name = 'invocation_id') from information_schema.columns
        where table_schema = 'raw' and table_name = 'loaded_files'
    """
    if connection.execute(query).fetchone()[0]:
        raise ExportError(
            "this warehouse was made by an earlier version of this project; load everything anew with --full-refresh"
        )


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that are missing."""
    connection.execute("create schema if not exists raw")
    for name, columns in TABLES.items():
        connection.execute(f"create table if not exists raw.{name} ({columns})")


def next_load(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the next load. One of which nothing is stored yet counts for none."""
    query = """
        select coalesce(max(load_number), 0) + 1
        from (select load_number from raw.loaded_files union all select load_number from raw.settled_tables)
    """
    return connection.execute(query).fetchone()[0]


def seen_files(connection: duckdb.DuckDBPyConnection) -> list[dict]:
    """Return what earlier loads read: dicts of path, bytes and changed_at (see inspection.Seen)."""
    return [dict(zip(("path", "bytes", "changed_at"), row, strict=True)) for row in connection.execute(SEEN).fetchall()]


def check_schema_generations(
    connection: duckdb.DuckDBPyConnection, parts: Iterable[Part], tables: dict[str, Table]
) -> None:
    """Raise ExportError where a load would bring the other schema of a table that is stored.

    Rows of schema 1.0 take over the ids of their events' rows in 1.1, which only works where both are read together.
    Arguments: connection, parts (of the load), tables (of the staging models, by name).
    """
    query = "select distinct table_name, schema_generation from raw.loaded_files where schema_generation is not null"
    loaded: dict[str, set[str]] = {}
    for table, schema_generation in connection.execute(query).fetchall():
        loaded.setdefault(table, set()).add(schema_generation)
    for part in parts:
        before = loaded.get(part.table, set()) | loaded.get(split_table_of(part.table, tables) or "", set())
        others = sorted(before - {part.schema_generation})
        if others:
            raise ExportError(
                f"{part.table}: new files have schema {part.schema_generation}, ones loaded before {others[0]} too; "
                "events that are in both are only found where they are loaded together: load with --full-refresh"
            )


def check_change_feeds(connection: duckdb.DuckDBPyConnection, parts: list[Part]) -> None:
    """Raise ExportError where a change feed takes back rows of other files.

    What other files gave is no history that could be gone through, and stored rows stay.
    """
    for part in parts:
        others = [other for other in parts if other.table == part.table and other is not part]
        query = "select count(*) from raw.loaded_files where table_name = $1"
        if part.takes_back_others and (others or connection.execute(query, [part.source]).fetchone()[0]):
            raise ExportError(
                f"{part.paths[0]}: a change feed that deletes rows which other files gave; export the table itself, "
                "without readChangeFeed, and load with --full-refresh where such files were loaded before"
            )
