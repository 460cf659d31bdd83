"""Looks at an export before anything is built: which known tables it holds, how each file is read, what is damaged.

A file that can't be read at all stops the load; a broken row of a CSV file is put aside (see csv_repair.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from cij.confinement import confine
from cij.loading.csv_files import Repairs, read_csv_schemas
from cij.loading.delta_tables import find_new_data_files, load_delta_reader, read_delta_schemas
from cij.loading.limits import MOST_PARTS, ExportError, ParquetLimits, check_columns, too_much
from cij.loading.listing import SourceFile, check_folder, first_line, list_files
from cij.loading.parquet_files import read_parquet_schemas
from cij.loading.parts import Part, columns_together, name_columns, parts_of, schema_generation_of, takes_back_others
from cij.loading.passed_over import MOST_LISTED, warnings
from cij.loading.schemas import mixed_columns
from cij.quoting import shown, sql_text
from cij.storage import StorageError, is_remote, load_extension, prepare

# The columns that readers.py adds.
OWN_COLUMNS = {"cij_source_file", "cij_schema_generation", "cij_row_number", "cij_load_number"}


class Seen:
    """What earlier loads read: files as they were then, and data files of Delta tables.

    Argument: entries (dicts of path, bytes and changed_at, an ISO time in UTC; the last two are null for data files).
    """

    def __init__(self, entries: list[dict]) -> None:
        self.states = {(entry["path"], entry["bytes"], _instant(entry["changed_at"])) for entry in entries}
        self.paths = {entry["path"] for entry in entries}

    def holds(self, file: SourceFile) -> bool:
        """Return whether a file was read as it is now."""
        return (file.path, file.bytes, _instant(file.changed_at)) in self.states


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass
class Inspection:
    """What a load needs to know of an export.

    `parts` are how its new files are read, and `columns` those of each table, of all its parts. `files`, `delta_files`
    and `passed_over` are its files, the new data files of its Delta tables and what is no file of it, as rows for the
    tables of registration.py; `warnings` say the last to a person. `repaired` are CSV files
    of the rows that could be saved, by table, and `rejected_lines` a CSV file of the others, if there are any.
    """

    parts: list[Part]
    columns: dict[str, list[dict[str, str]]]
    files: list[dict]
    delta_files: list[dict]
    passed_over: list[dict]
    warnings: list[str]
    repaired: dict[str, list[str]]
    rejected_lines: str | None


def inspect_export(folder: str, known: dict[str, dict], scratch: Path, seen: Sequence[dict] = ()) -> Inspection:
    """Return what a load needs to know of an export. Only files that are new are opened.

    Arguments: folder (a path, or an address such as abfss://...), known (table in lower case -> its exact `name`, its
    `attributes` in lower case, those of them that are `times`, and `split_by`, the status column of a table that 1.1
    has split), scratch (an empty folder for what was repaired), seen (what earlier loads read, see Seen).
    Raises ExportError where the folder holds no known table or a file can't be read.
    """
    try:
        return _inspect(folder, known, scratch, Seen(list(seen)))
    except OSError as error:
        raise ExportError(f"{shown(error.filename or folder)}: can't be read ({error.strerror})") from error


def _inspect(folder: str, known: dict[str, dict], scratch: Path, seen: Seen) -> Inspection:
    check_folder(folder)
    with duckdb.connect() as connection:
        try:
            prepare(connection, folder)
            listing = list_files(connection, folder, known)
        except (StorageError, duckdb.Error) as error:
            raise ExportError(f"{folder}: can't be read ({first_line(error)})") from error
        listed = listing.files
        delta_tables = [file for file in listed if file.format == "delta"]
        load_delta_reader(connection, delta_tables)
        confine(connection, [folder, str(scratch)])
        limits = ParquetLimits()
        find_new_data_files(connection, delta_tables, seen.paths, folder, limits)
        for file in listed:
            is_read = file.path in seen.paths and not file.data_files if file.format == "delta" else seen.holds(file)
            file.is_new = not is_read
        files = [file for file in listed if file.is_new]
        repairs = Repairs(scratch)
        read_parquet_schemas(connection, [file for file in files if file.format == "parquet"], limits)
        read_delta_schemas(connection, [file for file in files if file.format == "delta"], known, limits)
        for group in _by_table_and_format(files):
            if group[0].format == "csv":
                read_csv_schemas(connection, group, known[group[0].table.lower()]["attributes"], repairs)
        for file in files:
            name_columns(file, known)
        _check_column_names(files)
        _check_columns_of_tables(files)
        mixed = mixed_columns(files)
        parts = [
            part for group in _by_table_and_format(files) for part in parts_of(connection, group, known, mixed, repairs)
        ]
        if not parts and not seen.paths:
            raise ExportError(f"{folder}: all of its files are empty; there is nothing to load")
        for part in parts:
            part.takes_back_others = part.is_change_feed and takes_back_others(connection, part, repairs)
        columns = {}
        for table in sorted({part.table for part in parts}):
            of_table = [part for part in parts if part.table == table]
            if len(of_table) > MOST_PARTS:
                fault = f"{len(of_table)} Delta tables or kinds of files that can't be read together"
                raise too_much(f"{folder.rstrip('/')}/{table}", fault)
            columns[table] = columns_together(connection, of_table)
    return Inspection(
        parts=parts,
        columns=columns,
        files=[_manifest_entry(file, known) for file in listed],
        delta_files=[{"source_file": file.path, "data_file": name} for file in files for name in file.data_files],
        passed_over=[each.entry() for each in listing.passed_over[:MOST_LISTED]],
        warnings=warnings(listing.passed_over),
        repaired=repairs.by_table,
        rejected_lines=str(repairs.rejects) if repairs.by_table else None,
    )


def unreadable_file(database: Path) -> str | None:
    """Return a message that names the first file whose content can't be read to the end, or None.

    Slow, because it reads everything: for after a build that failed on a file whose footer was whole. Argument:
    database (the unfinished warehouse, which says which files it read).
    """
    readers = {"parquet": ("read_parquet", "damaged Parquet file"), "delta": ("delta_scan", "a file of it is damaged")}
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            files = connection.execute(
                "select source_file, file_format from raw.export_files where file_format in ('parquet', 'delta')"
            ).fetchall()
            if any(file_format == "delta" for _, file_format in files):
                load_extension(connection, "delta")
            tables = [path for path, file_format in files if file_format == "delta"]
            confine(connection, tables, [path for path, _ in files])
        except duckdb.Error:
            return None
        for path, file_format in sorted(files):
            reader, fault = readers[file_format]
            try:
                if not is_remote(path):
                    connection.execute(f"select max(columns(*)) from {reader}({sql_text(path)})").fetchall()
            except duckdb.Error:
                return f"{path}: {fault}; write it again or take it out of the export"
    return None


def _by_table_and_format(files: list[SourceFile]) -> list[list[SourceFile]]:
    groups: dict[tuple[str, str], list[SourceFile]] = {}
    for file in files:
        groups.setdefault((file.table, file.format), []).append(file)
    return list(groups.values())


def _check_column_names(files: list[SourceFile]) -> None:
    """Refuse columns that no SQL can name, or whose name is that of a column which the reader adds."""
    for file in files:
        for name in (*file.plain_names, *(name for name, _ in file.columns)):
            if "\0" in name or name.lower() in OWN_COLUMNS:
                raise ExportError(f"{file.path}: a column is named {shown(name)}, which can't be read; rename it")


def _check_columns_of_tables(files: list[SourceFile]) -> None:
    """Raise ExportError where a table's files have too many columns taken together."""
    names: dict[str, set[str]] = {}
    for file in files:
        of_table = names.setdefault(file.table, set())
        of_table.update(name.lower() for name, _ in file.columns)
        check_columns(file.path, len(of_table))


def _manifest_entry(file: SourceFile, known: dict[str, dict]) -> dict:
    return {
        "table_name": file.table,
        "source_file": file.path,
        "file_format": file.format,
        "file_bytes": file.bytes,
        "changed_at": file.changed_at,
        "schema_generation": schema_generation_of(file, known) if file.columns else None,
        "is_repaired": file.is_repaired,
        "is_new": file.is_new,
    }
