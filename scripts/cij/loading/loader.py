"""Loads an export: finds out what is new in it and writes that down in the warehouse, for dbt to build from."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cij.confinement import code_within, confine
from cij.disk import keep_files_private, make_private
from cij.loading.inspection import Inspection, inspect_export
from cij.loading.ledger import (
    check_change_feeds,
    check_layout,
    check_schema_generations,
    make_tables,
    next_load,
    seen_files,
)
from cij.loading.limits import ExportError
from cij.loading.listing import first_line
from cij.loading.registration import register
from cij.loading.tables import known_tables, staged_tables
from cij.pii_key import make_key
from cij.quoting import sql_name
from cij.storage import StorageError, is_remote, load_extension, prepare


@dataclass
class Load:
    """A load that was written down: its number, how many files it brings, and what a person should be told."""

    number: int
    new_files: int
    warnings: list[str]


def load(database: Path, export: str, passthrough: dict[str, list] | None = None, anew: bool = False) -> Load:
    """Write down in a warehouse what is new in an export. The rows are stored when dbt next builds.

    Arguments: database (the warehouse, made where it is missing), export (a folder, or an address such as abfss://…),
    passthrough (the setting passthrough_columns), anew (whether to forget what was loaded before). Raises ExportError
    where the export can't be read, or its new files can't stand beside what is stored; then nothing has changed.
    """
    folder = export if is_remote(export) else str(Path(export).absolute())
    code = None if is_remote(folder) else code_within(folder)
    if code:
        raise ExportError(f"{folder}: holds {code}, which programs are run from; it needs a folder of its own")
    keep_files_private()
    is_new = not database.exists()
    try:
        found, number = _load(database, folder, passthrough, anew)
    except BaseException:
        if is_new:
            database.unlink(missing_ok=True)
        raise
    return Load(number, sum(file["is_new"] for file in found.files), found.warnings)


def _load(database: Path, folder: str, passthrough: dict[str, list] | None, anew: bool) -> tuple[Inspection, int]:
    """Write down what is new, all of it or nothing. Returns what was found, and the number of the load."""
    tables = staged_tables()
    with open_warehouse(database) as connection, _scratch(database) as scratch:
        connection.execute("begin")
        if anew:
            forget_loads(connection)
        check_layout(connection)
        make_tables(connection)
        make_key(connection)
        found = inspect_export(folder, known_tables(passthrough), scratch, seen_files(connection))
        check_schema_generations(connection, found.parts, tables)
        check_change_feeds(connection, found.parts)
        number = next_load(connection)
        _reach(connection, folder, found)
        confine(connection, [folder, str(scratch)])
        register(connection, folder, found, tables, number)
        # Whatever was raised before: a connection that is closed takes back what was not committed.
        connection.execute("commit")
    return found, number


def forget_loads(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop whatever was made of loads: all but the history that snapshots keep, and the key for personal data."""
    query = """
        select table_schema, table_name, case table_type when 'VIEW' then 'view' else 'table' end
        from information_schema.tables where table_catalog = current_database()
    """
    for schema, name, kind in connection.execute(query).fetchall():
        if schema != "snapshots" and (schema, name) != ("raw", "pii_key"):
            connection.execute(f"drop {kind} {sql_name(schema)}.{sql_name(name)}")


def can_read_what_is_loaded(connection: duckdb.DuckDBPyConnection) -> None:
    """Make a connection to a warehouse able to read the files of its last load, if it has any. Raises StorageError.

    What a load replaces leaves gaps, which DuckDB would close at once by writing large parts of a table again. That
    takes longer than a small load does, so one load in 24 lets it.
    """
    try:
        number, folder = connection.execute("select load_number, folder from raw.this_load").fetchone()
        has_delta = connection.execute("select bool_or(file_format = 'delta') from raw.export_files").fetchone()[0]
    except (duckdb.CatalogException, duckdb.BinderException):
        return
    connection.execute(f"set global max_vacuum_tasks = {100 if number % 24 == 0 else 0}")
    prepare(connection, folder)
    if has_delta:
        load_extension(connection, "delta")


def _reach(connection: duckdb.DuckDBPyConnection, folder: str, found: Inspection) -> None:
    """Make a connection able to read what was found: a view can't be made of what it can't."""
    try:
        prepare(connection, folder)
        if any(part.format == "delta" for part in found.parts):
            load_extension(connection, "delta")
    except (StorageError, duckdb.Error) as error:
        raise ExportError(f"{folder}: can't be read ({first_line(error)})") from error


def open_warehouse(database: Path) -> duckdb.DuckDBPyConnection:
    """Open a warehouse, or make an empty one, as profiles/profiles.yml has dbt do it."""
    config = {"memory_limit": os.environ.get("CIJ_MEMORY_LIMIT", "3GB"), "preserve_insertion_order": False}
    if not database.exists():
        config["storage_compatibility_version"] = "v1.4.0"
    connection = duckdb.connect(str(database), config=config)
    connection.execute("set global TimeZone = 'UTC'")
    return connection


@contextlib.contextmanager
def _scratch(database: Path) -> Iterator[Path]:
    """Give a folder for rows that were repaired, beside the warehouse and as private; it goes at the end.

    What a killed load has left there goes first: only one process at a time has the warehouse open.
    """
    place = database.absolute().with_name(f".{database.name}.scratch")
    if place.is_symlink():
        place.unlink()
    shutil.rmtree(place, ignore_errors=True)
    make_private(place)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
