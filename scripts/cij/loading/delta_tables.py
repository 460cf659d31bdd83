"""Reads the schemas of Delta tables, finds their new data files, and refuses what DuckDB can't read of them."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path

import duckdb

from cij.loading.delta_log import fault_of_log, fault_of_mapping, first_outside, why_unreadable
from cij.loading.limits import ExportError, ParquetLimits
from cij.loading.listing import SourceFile, unreadable
from cij.loading.schemas import columns_of
from cij.loading.walk import LOG
from cij.quoting import shown, sql_text
from cij.storage import StorageError, is_remote, load_extension


def load_delta_reader(connection, tables: list[SourceFile]) -> None:
    """Load DuckDB's extension for Delta, if there are tables. Raises ExportError where it can't be."""
    if tables:
        try:
            load_extension(connection, "delta")
        except StorageError as error:
            raise ExportError(f"{tables[0].path}: a Delta table; {error}") from error


def find_new_data_files(
    connection, tables: list[SourceFile], seen: Collection[str], root: str, limits: ParquetLimits
) -> None:
    """Note in each Delta table which of its data files no load has read yet.

    Arguments: connection, tables, seen (the paths that loads have read), root (the export's folder), limits.
    Raises ExportError where a log can't be read, or names files outside the export.
    """
    for table in tables:
        _check_checkpoints(connection, table, limits)
        fault = None if is_remote(root) else fault_of_log(connection, table.path, root)
        if fault:
            raise unreadable(table, fault)
        try:
            listed = connection.execute("select data_file from delta_list_files($1)", [table.path]).fetchall()
        except duckdb.Error as error:
            raise unreadable(table, why_unreadable(str(error))) from error
        table.data_files = [name for (name,) in listed if name not in seen]
        fault = _first_outside(table.data_files, root)
        if fault is None and table.data_files:
            fault = fault_of_mapping(connection, table.path, table.log, table.data_files)
        if fault:
            raise unreadable(table, fault)
        table.is_in_part = len(table.data_files) < len(listed)


def _first_outside(files: list[str], root: str) -> str | None:
    """Return what to say of the first of a Delta table's files that lies outside the export, or None."""
    if not is_remote(root):
        return first_outside(files, root)
    inside = root.rstrip("/") + "/"
    outside = (name for name in files if not name.startswith(inside) or ".." in name.split("/"))
    return next((f"its log names {shown(name)}, which lies outside the export" for name in outside), None)


def _check_checkpoints(connection, table: SourceFile, limits: ParquetLimits) -> None:
    """Raise ExportError where a checkpoint of a Delta table's log holds too much. A damaged one may be out of use."""
    for path in () if is_remote(table.path) else sorted(Path(table.path, LOG).glob("**/*.parquet")):
        with contextlib.suppress(duckdb.Error):
            limits.check(connection, [str(path)])


def read_delta_schemas(connection, tables: list[SourceFile], known: dict[str, dict], limits: ParquetLimits) -> None:
    """Note the columns of each Delta table. Raises ExportError where DuckDB can't read it, or not all of it."""
    for table in tables:
        table.columns = columns_of(
            connection, f"delta_scan({sql_text(table.path)})", table, "not readable as a Delta table"
        )
        _check_delta_files(connection, table, limits)
        _check_partitions(connection, table, set(known[table.table.lower()]["attributes"]))


def _check_delta_files(connection, table: SourceFile, limits: ParquetLimits) -> None:
    """Raise ExportError where a file that a Delta table's log names is missing, no Parquet, or holds too much.

    Not in the cloud, where each file would cost a request of its own.
    """
    if is_remote(table.path):
        return
    try:
        paths = [row[0] for row in connection.execute("from delta_list_files($1)", [table.path]).fetchall()]
        if paths:
            limits.check(connection, paths)
    except duckdb.Error as error:
        raise unreadable(table, "a file that its log names is missing or damaged") from error


def _check_partitions(connection, table: SourceFile, attributes: set[str]) -> None:
    """Refuse what DuckDB would read as null without a word: a partition's column in a table with column mapping."""
    query = f"""
        select name from (
            select unnest(map_keys(partitions)) as name, unnest(map_values(partitions)) as value
            from delta_list_files({sql_text(table.path)})
        ) group by name having bool_and(value = 'NULL')
    """
    for (name,) in connection.execute(query).fetchall():
        if name.lower() in attributes:
            raise ExportError(
                f"{table.path}: a Delta table partitioned by {name} with column mapping, which DuckDB can't read; "
                "write it again without one of the two"
            )
