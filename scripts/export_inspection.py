"""Looks at an export before anything is built: which known tables it holds, how each file is read, what is damaged.

Used by dbt (see dbt_plugin.py) at the start of every run over an export. A file that can't be read at all stops the
run; a broken row of a CSV file is put aside (see csv_repair.py).
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
from column_names import plain_names, trimmed
from confinement import confine
from csv_repair import (
    NOT_VALID,
    Damaged,
    UnreadableCsvError,
    begins_twice,
    first_row,
    header_of,
    is_blank,
    needs_repair,
    packed_too_far,
    repair,
)
from day_first import day_first_columns
from delta_log import fault_of_log, fault_of_mapping, first_outside, why_unreadable
from export_limits import (
    MOST_PARTS,
    ExportError,
    ParquetLimits,
    check_columns,
    most_unpacked,
    too_much,
)
from export_listing import SourceFile, check_folder, first_line, list_files, path_value, unreadable
from export_walk import LOG
from passed_over import MOST_LISTED, warnings
from quoting import shown, sql_name, sql_text, sql_texts
from storage import StorageError, is_remote, load_extension, prepare

# What schema 1.0 calls otherwise, in lower case: the person, and the causes of bounces.
OLD_NAMES = {
    "entityid": "ProfileId",
    "entityname": "ProfileType",
    "category": "BounceCategory",
    "reason": "BounceReason",
}
PERSON = {"entityid", "entityname"}
# The columns that macros/engine/files.sql and macros/staging/export.sql have readers add.
OWN_COLUMNS = {"cij_source_file", "cij_generation", "cij_row_number"}
# Delta's change feed has three columns of its own.
CHANGE_TYPE, CHANGE_VERSION = "_change_type", "_commit_version"
NOT_CONTENT = {CHANGE_TYPE, CHANGE_VERSION, "_commit_timestamp", "cij_source_file"}
# The dialect is stated, not guessed: a sniffer would take a broken quote for another dialect.
CSV_DIALECT = (
    "all_varchar = true, header = true, skip = 0, delim = ',', quote = '\"', escape = '\"', "
    "nullstr = ['', 'NULL', '\\N'], allow_quoted_nulls = false, comment = '', hive_partitioning = false"
)
NUMBERS = re.compile(r"^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|^(FLOAT|DOUBLE|DECIMAL.*)$")
TIMES = re.compile("^(DATE|TIMESTAMP.*)$")


@dataclass
class Part:
    """Files that one reader takes together for a table: of one format, one generation and, if `alike`, one schema.

    `plain_names` and `path_columns` are those of each file (see SourceFile). Of a change feed only those rows count
    that it leaves; `takes_back_others` says whether it deletes rows it didn't bring. `is_numbered` says whether the
    reader can tell the number of a row, which it can't where a column has the name that it uses for that itself. Its
    columns `as_text`, with their types, have other types elsewhere in the table that no type but text can hold
    together. In its columns `day_first` the files that are named with them put days before months. Of a Delta table
    that earlier loads read in part, `data_files` are the files still to read; empty means all.
    Schema 1.0 has one table where 1.1 has one per status: for those `source` is the former, and only the rows with
    `status` in `status_column` (None where the files lack it) belong to the table.
    """

    table: str
    source: str
    format: str
    generation: str
    alike: bool
    paths: list[str]
    columns: list[dict[str, str]]
    renames: dict[str, str]
    copies: dict[str, str]
    as_text: dict[str, str]
    status_column: str | None = None
    status: str | None = None
    plain_names: dict[str, str] = field(default_factory=dict)
    path_columns: dict[str, int] = field(default_factory=dict)
    is_change_feed: bool = False
    takes_back_others: bool = False
    is_numbered: bool = True
    data_files: list[str] = field(default_factory=list)
    day_first: dict[str, list[str]] = field(default_factory=dict)


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


class Repairs:
    """The CSV files that were repaired, in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rejects = folder / "rejected_lines.csv"
        self.good: dict[str, Path] = {}
        self.by_table: dict[str, list[str]] = {}

    def repair(self, file: SourceFile, attributes: Collection[str]) -> Path:
        """Repair a file and return the path of its good rows. Raises ExportError where none can be saved."""
        good = self.folder / f"{len(self.good)}.csv"
        values = {name: path_value(file.path, place) for name, place in file.path_columns.items()}
        try:
            repair(Damaged(file.path, file.table, attributes, values), good, self.rejects)
        except UnreadableCsvError as error:
            raise unreadable(file, str(error)) from error
        file.is_repaired = True
        self.good[file.path] = good
        self.by_table.setdefault(file.table, []).append(str(good))
        return good


def inspect_export(folder: str, known: dict[str, dict], scratch: Path, seen: Sequence[dict] = ()) -> dict:
    """Return what a run needs to know of an export. Only files that are new are opened.

    Arguments: folder (a path, or an address such as abfss://...), known (table in lower case -> its exact `name`, its
    `attributes` in lower case, those of them that are `times`, and `split_by`, the status column of a table that 1.1
    has split), scratch (an empty folder for what was repaired), seen (what earlier loads read, see Seen).
    Returns a dict: parts, columns (table -> columns of all its parts), files (a JSON file, one entry each),
    delta_files (a JSON file: the new data files of Delta tables), passed_over (a JSON file) and warnings (see
    passed_over.py), repaired (table -> CSV files of the rows that could be saved), rejected_lines (a CSV file, if any
    were repaired).
    Raises ExportError where the folder holds no known table or a file can't be read.
    """
    try:
        return _inspect(folder, known, scratch, Seen(list(seen)))
    except OSError as error:
        raise ExportError(f"{shown(error.filename or folder)}: can't be read ({error.strerror})") from error


def _inspect(folder: str, known: dict[str, dict], scratch: Path, seen: Seen) -> dict:
    check_folder(folder)
    with duckdb.connect() as connection:
        try:
            prepare(connection, folder)
            listing = list_files(connection, folder, known)
        except (StorageError, duckdb.Error) as error:
            raise ExportError(f"{folder}: can't be read ({first_line(error)})") from error
        listed = listing.files
        delta_tables = [file for file in listed if file.format == "delta"]
        _load_delta_reader(connection, delta_tables)
        confine(connection, [folder, str(scratch)])
        limits = ParquetLimits()
        _find_new_data_files(connection, delta_tables, seen, folder, limits)
        for file in listed:
            is_read = file.path in seen.paths and not file.data_files if file.format == "delta" else seen.holds(file)
            file.is_new = not is_read
        files = [file for file in listed if file.is_new]
        repairs = Repairs(scratch)
        _read_parquet_schemas(connection, [file for file in files if file.format == "parquet"], limits)
        _read_delta_schemas(connection, [file for file in files if file.format == "delta"], known, limits)
        for group in _by_table_and_format(files):
            if group[0].format == "csv":
                _read_csv_schemas(connection, group, known[group[0].table.lower()]["attributes"], repairs)
        for file in files:
            _name_columns(file, known)
        _check_column_names(files)
        _check_columns_of_tables(files)
        mixed = _mixed_columns(files)
        parts = [
            part for group in _by_table_and_format(files) for part in _parts(connection, group, known, mixed, repairs)
        ]
        if not parts and not seen.paths:
            raise ExportError(f"{folder}: all of its files are empty; there is nothing to load")
        for part in parts:
            part.takes_back_others = part.is_change_feed and _takes_back_others(connection, part, repairs)
        columns = {}
        for table in sorted({part.table for part in parts}):
            of_table = [part for part in parts if part.table == table]
            if len(of_table) > MOST_PARTS:
                fault = f"{len(of_table)} Delta tables or kinds of files that can't be read together"
                raise too_much(f"{folder.rstrip('/')}/{table}", fault)
            columns[table] = _columns_together(connection, of_table)
    return {
        "parts": [asdict(part) for part in parts],
        "columns": columns,
        "files": _write_json(scratch / "files.json", [_manifest_entry(file, known) for file in listed]),
        "delta_files": _write_json(
            scratch / "delta_files.json",
            [{"source_file": file.path, "data_file": name} for file in files for name in file.data_files],
        ),
        "passed_over": _write_json(
            scratch / "passed_over.json", [each.entry() for each in listing.passed_over[:MOST_LISTED]]
        ),
        "warnings": warnings(listing.passed_over),
        "repaired": repairs.by_table,
        "rejected_lines": str(repairs.rejects) if repairs.by_table else None,
    }


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


def _load_delta_reader(connection, tables: list[SourceFile]) -> None:
    if tables:
        try:
            load_extension(connection, "delta")
        except StorageError as error:
            raise ExportError(f"{tables[0].path}: a Delta table; {error}") from error


def _find_new_data_files(connection, tables: list[SourceFile], seen: Seen, root: str, limits: ParquetLimits) -> None:
    for table in tables:
        _check_checkpoints(connection, table, limits)
        fault = None if is_remote(root) else fault_of_log(connection, table.path, root)
        if fault:
            raise unreadable(table, fault)
        try:
            listed = connection.execute("select data_file from delta_list_files($1)", [table.path]).fetchall()
        except duckdb.Error as error:
            raise unreadable(table, why_unreadable(str(error))) from error
        table.data_files = [name for (name,) in listed if name not in seen.paths]
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


def _read_delta_schemas(connection, tables: list[SourceFile], known: dict[str, dict], limits: ParquetLimits) -> None:
    for table in tables:
        table.columns = _described(
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


def _read_parquet_schemas(connection, files: list[SourceFile], limits: ParquetLimits) -> None:
    try:
        schemas = _parquet_schemas(connection, files, limits)
    except duckdb.Error:
        schemas = {}
        for file in files:
            try:
                schemas |= _parquet_schemas(connection, [file], limits)
            except duckdb.Error as error:
                raise unreadable(file, "not readable as Parquet") from error
    described: dict[str, list[tuple[str, str]]] = {}
    for file in files:
        schema = repr(schemas.get(file.path, file.path))
        if schema not in described:
            reader = f"read_parquet({sql_text(file.path)}, hive_partitioning = false)"
            described[schema] = _described(connection, reader, file, "not readable as Parquet")
        file.columns = described[schema]


def _parquet_schemas(connection, files: list[SourceFile], limits: ParquetLimits) -> dict[str, list]:
    """Return what tells the columns of Parquet files, by path. Raises ExportError where they hold too much."""
    if not files:
        return {}
    paths = [file.path for file in files]
    query = f"""
        select file_name, list((name, type, converted_type, logical_type)) as columns
        from parquet_schema({sql_texts(paths)}) where num_children is null group by file_name
    """
    schemas = dict(connection.execute(query).fetchall())
    for path, columns in schemas.items():
        check_columns(path, len(columns))
    limits.check(connection, paths)
    return schemas


def _read_csv_schemas(connection, files: list[SourceFile], attributes: Collection[str], repairs: Repairs) -> None:
    filled = [file for file in files if file.bytes and not is_blank(file.path, file.bytes)]
    headers = {file.path: _header(connection, file) for file in filled}
    for path, header in headers.items():
        check_columns(path, len(header))
    damaged = {file.path: file for file in filled if _needs_repair(connection, file)}
    whole = [file for file in filled if file.path not in damaged]
    odd = _paths_of_odd(connection, {file.path: headers[file.path] for file in whole}, attributes)
    damaged |= {file.path: file for file in whole if file.path in odd}
    for file in damaged.values():
        if _only_duckdb_opens(file) and odd.get(file.path):
            raise unreadable(file, "a header or a byte order mark in its middle, where files were put together")
        good = repairs.repair(file, attributes)
        if not _is_valid_csv(connection, [str(good)]):
            raise unreadable(file, NOT_VALID)
    for file in filled:
        path = str(repairs.good.get(file.path, file.path))
        columns = _described(connection, f"read_csv({sql_text(path)}, {CSV_DIALECT})", file, "not readable as CSV")
        file.columns = columns[:-1] if file.is_repaired else columns  # without cij_source_file


def _paths_of_odd(connection, headers: dict[str, list[str]], attributes: Collection[str]) -> dict[str, bool]:
    """Return the paths of CSV files that DuckDB can't read, or would misread: True for those that begin anew within.

    A row that begins with the name of a column, or with a byte order mark, is no row: files were put together.
    Arguments: headers (the columns of each file), attributes (of their table, in lower case).
    """
    odd: dict[str, bool] = {}
    groups: dict[tuple, list[str]] = {}
    for path, header in headers.items():
        groups.setdefault(tuple(header[:2]), []).append(path)
    for paths in groups.values():
        names = {trimmed(name) for path in paths for name in headers[path]} | set(attributes)
        names |= {spelled for name in names for spelled in (name.lower(), name.upper())}
        names |= {name for path in paths for name in headers[path]}
        try:
            odd |= dict.fromkeys(_files_that_begin_anew(connection, paths, names), True)
        except duckdb.Error:
            for path in paths:
                try:
                    odd |= dict.fromkeys(_files_that_begin_anew(connection, [path], names), True)
                except duckdb.Error:
                    odd[path] = False
    return odd


def _files_that_begin_anew(connection, paths: list[str], names: Collection[str]) -> list[str]:
    """Return the CSV files in which a row begins with one of some names. All are read: DuckDB proves them readable."""
    described = connection.execute(f"describe select * from read_csv({sql_text(paths[0])}, {CSV_DIALECT})").fetchall()
    found = " or ".join(
        f"{sql_name(name)} in ({', '.join(map(sql_text, sorted(names)))})" for name, *_ in described[:2]
    )
    mark = f"{sql_name(described[0][0])} between chr(65279) and chr(65280)"
    query = f"""
        select distinct cij_source_file
        from read_csv({sql_texts(paths)}, union_by_name = true, filename = 'cij_source_file', {CSV_DIALECT})
        where {found} or {mark}
    """
    return [path for (path,) in connection.execute(query).fetchall()]


def _header(connection, file: SourceFile) -> list[str]:
    """Return the columns that a CSV file's first row names; none where that can't be told."""
    try:
        if not _only_duckdb_opens(file):
            return header_of(file.path)
        lines = connection.execute(
            "select coalesce(line, '') || chr(10) from read_csv($1, auto_detect = false, columns = {'line': 'varchar'}"
            ", header = false, delim = '\x01\x02\x03\x04', quote = '', escape = '')",
            [file.path],
        )
        return first_row(lambda _: (lines.fetchone() or ("",))[0])
    except UnreadableCsvError as error:
        raise unreadable(file, str(error)) from error
    except duckdb.Error as error:
        raise unreadable(file, NOT_VALID) from error


def _only_duckdb_opens(file: SourceFile) -> bool:
    return is_remote(file.path) or file.path.lower().endswith(".zst")


def _needs_repair(connection, file: SourceFile) -> bool:
    """Return whether DuckDB can't read a CSV file, or would misread it. Raises ExportError where it holds too much."""
    try:
        if not _only_duckdb_opens(file):
            return begins_twice(file.path) or needs_repair(file.path)
        if file.path.lower().endswith((".gz", ".zst")) and _holds_too_much(connection, file):
            raise unreadable(file, packed_too_far(file.bytes))
    except UnreadableCsvError as error:
        raise unreadable(file, str(error)) from error
    except duckdb.Error:
        return True
    return False


def _holds_too_much(connection, file: SourceFile) -> bool:
    """Return whether a packed CSV file holds more than its size can explain; no more than that is read of it."""
    query = f"""
        select 1 from (
            select sum(len([*columns(*)]) + strlen(concat_ws('', *columns(*)))) over (rows unbounded preceding) as bytes
            from read_csv($1, {CSV_DIALECT})
        ) as rows_so_far where bytes > $2 limit 1
    """
    return bool(connection.execute(query, [file.path, most_unpacked(file.bytes)]).fetchall())


def _is_valid_csv(connection, paths: list[str]) -> bool:
    try:
        connection.execute(
            f"select count(*) from read_csv({sql_texts(paths)}, union_by_name = true, {CSV_DIALECT})"
        ).fetchall()
    except duckdb.Error:
        return False
    return True


def _described(connection, reader: str, file: SourceFile, fault: str) -> list[tuple[str, str]]:
    """Return name and type of a reader's columns. Raises ExportError that names the file."""
    try:
        return [row[:2] for row in connection.execute(f"describe select * from {reader}").fetchall()]
    except duckdb.Error as error:
        raise unreadable(file, fault) from error


def _mixed_columns(files: list[SourceFile]) -> set[tuple[str, str]]:
    """Return table and column, in lower case, of what files of a table give types that DuckDB can't read as one.

    A number and a date, say. Text beside a number or a time is read as text, but text beside a struct as a struct.
    """
    kinds: dict[tuple[str, str], set[str]] = {}
    for file in files:
        for name, kind in file.columns:
            together = "number" if NUMBERS.match(kind) else "time" if TIMES.match(kind) else kind
            kinds.setdefault((file.table, name.lower()), set()).add(together)
    simple = {"number", "time", "BOOLEAN", "VARCHAR"}
    return {
        column for column, found in kinds.items() if len(found) > 1 and not ("VARCHAR" in found and found <= simple)
    }


def _generation(file: SourceFile, known: dict[str, dict]) -> str:
    """Return a file's schema generation, 1.0 or 1.1, by its columns."""
    entry = known[file.table.lower()]
    attributes, names = set(entry["attributes"]), {name.lower() for name, _ in file.columns}
    if "split_by" in entry:
        return "1.0"
    if names & {"idempotencyid", "profileid", "profiletype"}:
        return "1.1"
    return "1.0" if names & (PERSON - attributes) or "idempotencyid" in attributes else "1.1"


def _parts(
    connection, files: list[SourceFile], known: dict[str, dict], mixed: set[tuple[str, str]], repairs: Repairs
) -> list[Part]:
    """Return the parts that files of one table and format are read in."""
    parts: list[Part] = []
    by_kind: dict[tuple, list[SourceFile]] = {}
    for file in files:
        if file.columns:
            file_format = "repaired" if file.is_repaired else file.format
            generation = _generation(file, known)
            # Each Delta table has a log, and so a reader, of its own.
            place = file.path if file.format == "delta" else ""
            types = tuple((name, kind) for name, kind in file.columns if (file.table, name.lower()) in mixed)
            ways = (tuple(file.plain_names.items()), tuple(file.path_columns.items()), _is_change_feed(file))
            numbered = not file.is_repaired and "file_row_number" not in {name.lower() for name, _ in file.columns}
            by_kind.setdefault((file_format, generation, place, types, ways, numbered), []).append(file)
    for (file_format, generation, _, types, _, numbered), alike in by_kind.items():
        as_text = dict(types)
        columns = [
            (name, "VARCHAR" if name in as_text else kind)
            for name, kind in _united(connection, [file.columns for file in alike])
        ]
        # Not even one CSV: without union_by_name DuckDB reads it with buffers too large for 145 tables at once.
        same = alike[0].format != "csv" and all(file.columns == alike[0].columns for file in alike)
        paths = [file.path for file in alike]
        new_parts = _parts_of_kind(alike[0].table, file_format, generation, same, paths, columns, as_text, known)
        for part in new_parts:
            part.data_files = alike[0].data_files if alike[0].is_in_part else []
            part.plain_names, part.path_columns = alike[0].plain_names, alike[0].path_columns
            part.is_change_feed, part.is_numbered = _is_change_feed(alike[0]), numbered
        day_first = _day_first(connection, new_parts[0], known, repairs)
        for part in new_parts:
            part.day_first = day_first
        parts += new_parts
    return parts


def _rows_of(part: Part, repairs: Repairs) -> str:
    """Return a table expression: the rows of a part as its files hold them, with the column cij_source_file."""
    named = "filename = 'cij_source_file'"
    paths = sql_texts([str(repairs.good.get(path, path)) for path in part.paths])
    if part.format == "delta":
        rows = f"delta_scan({sql_text(part.paths[0])}, {named})"
        return f"(from {rows} where cij_source_file in {sql_texts(part.data_files)})" if part.data_files else rows
    if part.format == "parquet":
        return f"read_parquet({paths}, union_by_name = true, {named}, hive_partitioning = false)"
    # What was repaired has the column already.
    named = "" if part.format == "repaired" else f"{named}, "
    return f"read_csv({paths}, union_by_name = true, {named}{CSV_DIALECT})"


def _day_first(connection, part: Part, known: dict[str, dict], repairs: Repairs) -> dict[str, list[str]]:
    """Return the columns of a part in which files put days before months (see day_first.py)."""
    times = known[part.source.lower()].get("times", ())
    own_names = {new: old for old, new in part.plain_names.items()}
    texts = [
        own_names.get(column["name"], column["name"])
        for column in part.columns
        if column["type"] == "VARCHAR" and column["name"].lower() in times and column["name"] not in part.path_columns
    ]
    found = day_first_columns(connection, _rows_of(part, repairs), texts)
    return {part.plain_names.get(name, name): files for name, files in found.items()}


def _parts_of_kind(table, file_format, generation, alike, paths, columns, as_text, known) -> list[Part]:
    """Return one part, or for a table of schema 1.0 that 1.1 has split by status, one for each status."""
    names = {name.lower(): name for name, _ in columns}
    status_column = known[table.lower()].get("split_by")

    def part(target: str, status: str | None = None) -> Part:
        attributes = set(known.get(target.lower(), {"attributes": ()})["attributes"])
        renamed = {
            names[old]: new
            for old, new in OLD_NAMES.items()
            if generation == "1.0" and old in names and new.lower() in attributes and new.lower() not in names
        }
        # Where 1.1 has a column of the old name, too, it stays beside its copy.
        copies = {old: new for old, new in renamed.items() if old.lower() in attributes}
        renames = {old: new for old, new in renamed.items() if old not in copies}
        own = [{"name": renames.get(name, name), "type": kind} for name, kind in columns]
        own += [{"name": new, "type": dict(columns)[old]} for old, new in copies.items()]
        status_name = names.get(status_column.lower()) if status_column else None
        return Part(
            target, table, file_format, generation, alike, paths, own, renames, copies, as_text, status_name, status
        )

    if not status_column:
        return [part(table)]
    statuses = {
        name.removeprefix(table.lower()): entry["name"]
        for name, entry in known.items()
        if name.startswith(table.lower())
    }
    return [part(entity, status or None) for status, entity in statuses.items()]


def _columns_together(connection, parts: list[Part]) -> list[dict[str, str]]:
    """Return the columns that the parts of a table have when read together."""
    united = _united(connection, [[(column["name"], column["type"]) for column in part.columns] for part in parts])
    return [{"name": name, "type": kind} for name, kind in united]


def _united(connection, schemas: list[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """Return the columns of a union by name, with the types that DuckDB finds for those that differ."""
    names: dict[bytes, str] = {}
    kinds: dict[bytes, dict[str, None]] = {}
    for schema in {id(schema): schema for schema in schemas}.values():
        for name, kind in schema:
            # DuckDB takes only A to Z for the same as a to z.
            key = name.encode().lower()
            names.setdefault(key, name)
            kinds.setdefault(key, {})[kind] = None
    # A select for each type of the column that has most of them: one for each file would take a time that grows as the
    # square of their number.
    selects = [
        ", ".join(
            f"cast(null as {list(found)[min(number, len(found) - 1)]}) as {sql_name(names[key])}"
            for key, found in kinds.items()
        )
        for number in range(max(map(len, kinds.values()), default=0))
    ]
    if len(selects) < 2:
        return [(name, next(iter(kinds[key]))) for key, name in names.items()]
    described = "describe select " + " union all select ".join(selects)
    return [row[:2] for row in connection.execute(described).fetchall()]


def _name_columns(file: SourceFile, known: dict[str, dict]) -> None:
    """Give the columns of a file the names that they mean, and add those that only its path holds.

    Raises ExportError where none of its own is known: such a file was not read as it was meant. It has semicolons for
    commas, say, or no header.
    """
    attributes = {*known[file.table.lower()]["attributes"], *OLD_NAMES}
    # What was repaired has both done to it already.
    if not file.is_repaired:
        file.plain_names = plain_names([name for name, _ in file.columns], attributes)
        file.columns = [(file.plain_names.get(name, name), kind) for name, kind in file.columns]
    there = {name.lower() for name, _ in file.columns}
    own = there - {name.lower() for name in file.path_columns} if file.is_repaired else there
    if file.columns and not own & attributes:
        raise ExportError(
            f"{file.path}: no column of {file.table}; a CSV file must have a header and commas between its values"
        )
    file.path_columns = {name: place for name, place in file.path_columns.items() if name.lower() not in there}
    if file.columns:
        file.columns += [(name, "VARCHAR") for name in file.path_columns]


def _is_change_feed(file: SourceFile) -> bool:
    """Return whether a file is a change feed that was saved. Raises ExportError where it lacks its versions."""
    names = {name.lower() for name, _ in file.columns}
    if CHANGE_TYPE in names and CHANGE_VERSION not in names:
        raise unreadable(file, f"a change feed ({CHANGE_TYPE}) without {CHANGE_VERSION}, which tells what came last")
    return CHANGE_TYPE in names


def _takes_back_others(connection, part: Part, repairs: Repairs) -> bool:
    """Return whether a change feed deletes, or updates, rows that it doesn't bring itself."""
    reader = _rows_of(part, repairs)
    described = connection.execute(f"describe select * from {reader}").fetchall()
    columns = {part.plain_names.get(name, name).lower(): sql_name(name) for name, *_ in described}
    kind = f"lower(trim(cast({columns[CHANGE_TYPE]} as varchar)))"
    content = [name for plain, name in columns.items() if plain not in NOT_CONTENT]
    query = f"""
        select 1 from {reader} group by {", ".join(content)}
        having bool_and(coalesce({kind} in ('delete', 'update_preimage'), false)) limit 1
    """
    return bool(connection.execute(query).fetchall())


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


def _write_json(path: Path, entries: list[dict]) -> str:
    path.write_text(json.dumps(entries), encoding="utf-8")
    return str(path)


def _manifest_entry(file: SourceFile, known: dict[str, dict]) -> dict:
    return {
        "table_name": file.table,
        "source_file": file.path,
        "file_format": file.format,
        "file_bytes": file.bytes,
        "changed_at": file.changed_at,
        "schema_generation": _generation(file, known) if file.columns else None,
        "is_repaired": file.is_repaired,
        "is_new": file.is_new,
    }
