"""Asks a built warehouse what a refresh has brought, and writes database files anew."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from cij.publishing.generations import Generation
from cij.quoting import sql_text

# A mart that is made anew leaves its old blocks free. They are used again; above this share they are given back.
FREE_SHARE = 1 / 3
FAMILY_TABLES = """
    select table_name from duckdb_tables()
    where schema_name = 'intermediate' and table_name like '%\\_\\_interactions' escape '\\'
    order by table_name
"""


def load_number(warehouse: Path) -> int | None:
    """Return the number of a private warehouse's last load, be it one without files; None where it counts none."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        try:
            return connection.execute("select load_number from raw.this_load").fetchone()[0]
        except (duckdb.CatalogException, duckdb.BinderException):
            return None


def count_loads(warehouse: Path) -> int:
    """Return how many loads have brought files into a private warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute("select count(distinct load_number) from raw.loaded_files").fetchone()[0]


def count_rows(warehouse: Path) -> int:
    """Return the interactions of a private warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return sum(_counts(connection, "true"))


def rows_by_load(generation: Generation, number: int, before: int) -> dict[str, int]:
    """Return rows_read, rows_new and rows_changed of a load.

    Arguments: generation, number (of the load), before (interactions that the warehouse had before it).
    """
    with duckdb.connect(str(generation.warehouse), read_only=True) as connection:
        new = sum(_counts(connection, "true")) - before
        try:
            stored = sum(_counts(connection, f"load_number = {number}"))
        except duckdb.BinderException:
            stored = new
    with duckdb.connect(str(generation.published), read_only=True) as connection:
        query = "select coalesce(sum(rows_read), 0)::bigint from ops.load_log"
        try:
            (read,) = connection.execute(f"{query} where load_number = {number}").fetchone()
        except duckdb.BinderException:
            (read,) = connection.execute(query).fetchone()
    return {"rows_read": read, "rows_new": new, "rows_changed": max(stored - new, 0)}


def compact(database: Path) -> None:
    """Write a database file anew where it has many free blocks."""
    with duckdb.connect(str(database)) as connection:
        _, _, _, total, _, free, *_ = connection.execute("pragma database_size").fetchone()
    if free > FREE_SHARE * total:
        write_anew(database)


def write_anew(database: Path) -> None:
    """Write a database file anew, in one step: all that it holds, and nothing that was deleted from it."""
    fresh = database.with_name(f"{database.name}.fresh")
    # Parts that don't fit into the memory go beside the file, never to where the process was started.
    limits = {
        "memory_limit": os.environ.get("CIJ_MEMORY_LIMIT", "3GB"),
        "temp_directory": str(database.with_name(f"{database.name}.tmp")),
    }
    with duckdb.connect(config=limits) as connection:
        connection.execute(f"attach {sql_text(database)} as old (read_only)")
        connection.execute(f"attach {sql_text(fresh)} as fresh (storage_version 'v1.4.0')")
        connection.execute("copy from database old to fresh")
    fresh.chmod(database.stat().st_mode)
    fresh.replace(database)


def _counts(connection: duckdb.DuckDBPyConnection, condition: str) -> list[int]:
    tables = [name for (name,) in connection.execute(FAMILY_TABLES).fetchall()]
    query = "select count(*) from intermediate.{} where {}"
    return [connection.execute(query.format(table, condition)).fetchone()[0] for table in tables]
