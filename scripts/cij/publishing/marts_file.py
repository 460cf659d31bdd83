"""Makes a file of the marts alone out of a warehouse, for those who may not see the rows that it was made of."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from cij.catalog import is_open_elsewhere
from cij.disk import sync
from cij.publishing.building_place import PlaceError
from cij.publishing.generations import FINISHED_MODE, Generations
from cij.quoting import sql_text

SCHEMAS = ("marts", "ops")
# Tables and views, of the catalog that is attached under a name.
RELATIONS = """
    select schema_name, table_name from duckdb_tables() where database_name = ? and not internal
    union all
    select schema_name, view_name from duckdb_views() where database_name = ? and not internal
    order by all
"""


def check_not_published(file: Path, name: str) -> None:
    """Raise PlaceError where refreshes publish a file. Arguments: file, name (of the option that asked for it)."""
    place = Generations(file).place
    if place.exists():
        raise PlaceError(f"{file}: what refreshes publish, out of {place}; choose another {name}")


def check_marts_file(file: Path, database: Path) -> None:
    """Raise PlaceError where a build must not put the marts of a warehouse into a file."""
    check_not_published(file, "PUBLISH")
    if not file.exists():
        return
    if database.exists() and file.samefile(database):
        raise PlaceError(f"{file}: the warehouse itself; PUBLISH must be another file than DB")
    with duckdb.connect() as connection:
        try:
            connection.execute(f"attach {sql_text(file)} as there (type duckdb, read_only)")
        except duckdb.Error as error:
            if is_open_elsewhere(error):
                raise PlaceError(f"{file}: open for writing in another process; close it there") from error
            raise PlaceError(f"{file}: not a DuckDB database; move it away or choose another PUBLISH") from error
        others = [f"{schema}.{name}" for schema, name in _relations(connection, "there") if schema not in SCHEMAS]
    if others:
        raise PlaceError(f"{file}: holds more than marts, such as {others[0]}; move it away or choose another PUBLISH")


def write_marts_file(warehouse: Path, file: Path) -> None:
    """Copy the schemas marts and ops of a finished warehouse into a new file, every view as a table of its own."""
    settings = {
        "preserve_insertion_order": False, "memory_limit": os.environ.get("CIJ_MEMORY_LIMIT", "3GB"),
        "temp_directory": f"{file}.tmp",
    }  # fmt: skip
    with duckdb.connect(config=settings) as connection:
        connection.execute("set TimeZone = 'UTC'")
        # Its views name the catalog that they were made in.
        connection.execute(f"attach {sql_text(warehouse)} as {warehouse.stem} (type duckdb, read_only)")
        connection.execute(f"attach {sql_text(file)} as alone (type duckdb, storage_version 'v1.4.0')")
        for schema in SCHEMAS:
            connection.execute(f"create schema alone.{schema}")
        for schema, name in _relations(connection, warehouse.stem):
            if schema in SCHEMAS:
                of = f'{schema}."{name}"'
                connection.execute(f"create table alone.{of} as from {warehouse.stem}.{of}")
        connection.execute("detach alone")
    file.chmod(FINISHED_MODE & file.stat().st_mode)
    sync(file)


def _relations(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, str]]:
    return connection.execute(RELATIONS, [catalog, catalog]).fetchall()
