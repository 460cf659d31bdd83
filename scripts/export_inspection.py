"""Looks at an export before anything is built: which known tables it holds, how each file is read, what is damaged.

Used by dbt (see dbt_plugin.py) at the start of every run over an export. A file that can't be read at all stops the
run; a broken row of a CSV file is put aside (see csv_repair.py).
"""

from __future__ import annotations

import contextlib
import json
import re
import stat
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from confinement import code_within, confine
from csv_repair import (
    NOT_VALID,
    UnreadableCsvError,
    columns_in_first_row,
    columns_in_header,
    is_blank,
    needs_repair,
    packed_too_far,
    repair,
)
from delta_log import fault_of_log, first_outside
from export_limits import (
    MOST_PARTS,
    ExportError,
    ParquetLimits,
    check_columns,
    check_levels,
    most_unpacked,
    too_much,
)
from export_walk import LOG, Walk, folder_above, is_hidden
from quoting import shown, sql_name, sql_text, sql_texts
from storage import StorageError, is_remote, load_extension, prepare

# The older layout of the outbound export: <Entity>/<guid>, CSV without an ending.
GUID = re.compile(r"^[{]?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}[}]?$", re.IGNORECASE)
# An entry of a Delta table's log, or a checkpoint that stands for all up to it.
COMMIT = re.compile(r"^[0-9]{20}[.](json|checkpoint[.].*)$")
# What schema 1.0 calls otherwise, in lower case: the person, and the causes of bounces.
OLD_NAMES = {
    "entityid": "ProfileId",
    "entityname": "ProfileType",
    "category": "BounceCategory",
    "reason": "BounceReason",
}
PERSON = {"entityid", "entityname"}
# The columns that macros/engine/files.sql and macros/staging/export.sql have readers add.
OWN_COLUMNS = {"cij_source_file", "cij_generation", "file_row_number"}
# The dialect is stated, not guessed: a sniffer would take a broken quote for another dialect.
CSV_DIALECT = (
    "all_varchar = true, header = true, skip = 0, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
    "comment = '', hive_partitioning = false"
)
NUMBERS = re.compile(r"^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|^(FLOAT|DOUBLE|DECIMAL.*)$")
TIMES = re.compile("^(DATE|TIMESTAMP.*)$")


@dataclass
class SourceFile:
    """One file of an export (of a Delta table, the table's folder).

    `is_new` says that no earlier load read it as it is now. Of a Delta table `data_files` are those of its current
    snapshot that none read: each is written once, so its name is enough; `is_in_part` says that there are others, and
    `last_commit` is the newest entry of its log.
    """

    table: str
    path: str
    format: str
    bytes: int | None
    changed_at: str | None
    last_commit: str | None = None
    columns: list[tuple[str, str]] = field(default_factory=list)
    is_repaired: bool = False
    is_new: bool = True
    data_files: list[str] = field(default_factory=list)
    is_in_part: bool = False

    def generation(self, known: dict[str, dict]) -> str:
        """Return the file's schema generation, 1.0 or 1.1, by its columns."""
        entry = known[self.table.lower()]
        attributes, names = set(entry["attributes"]), {name.lower() for name, _ in self.columns}
        if "split_by" in entry:
            return "1.0"
        if names & {"idempotencyid", "profileid", "profiletype"}:
            return "1.1"
        return "1.0" if names & (PERSON - attributes) or "idempotencyid" in attributes else "1.1"


@dataclass
class Part:
    """Files that one reader takes together for a table: of one format, one generation and, if `alike`, one schema.

    Its columns `as_text` have other types elsewhere in the table that no type but text can hold together. Of a Delta
    table that earlier loads read in part, `data_files` are the files still to read; empty means all.
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
    as_text: list[str]
    status_column: str | None = None
    status: str | None = None
    data_files: list[str] = field(default_factory=list)


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

    def repair(self, file: SourceFile) -> Path:
        """Repair a file and return the path of its good rows. Raises ExportError where none can be saved."""
        good = self.folder / f"{len(self.good)}.csv"
        try:
            repair(file.path, good, self.rejects, file.table)
        except UnreadableCsvError as error:
            raise _unreadable(file, str(error)) from error
        file.is_repaired = True
        self.good[file.path] = good
        self.by_table.setdefault(file.table, []).append(str(good))
        return good


def inspect_export(folder: str, known: dict[str, dict], scratch: Path, seen: Sequence[dict] = ()) -> dict:
    """Return what a run needs to know of an export. Only files that are new are opened.

    Arguments: folder (a path, or an address such as abfss://...), known (table in lower case -> its exact `name`, its
    `attributes` in lower case, and `split_by`, the status column of a table that 1.1 has split), scratch (an empty
    folder for what was repaired), seen (what earlier loads read, see Seen).
    Returns a dict: parts, columns (table -> columns of all its parts), files (a JSON file, one entry each),
    delta_files (a JSON file: the new data files of Delta tables), repaired (table -> CSV files of the rows that could
    be saved), rejected_lines (a CSV file, if any were repaired).
    Raises ExportError where the folder holds no known table or a file can't be read.
    """
    try:
        return _inspect(folder, known, scratch, Seen(list(seen)))
    except OSError as error:
        raise ExportError(f"{shown(error.filename or folder)}: can't be read ({error.strerror})") from error


def _inspect(folder: str, known: dict[str, dict], scratch: Path, seen: Seen) -> dict:
    _check_folder(folder)
    with duckdb.connect() as connection:
        try:
            prepare(connection, folder)
            listed = _known_files(connection, folder, known)
        except (StorageError, duckdb.Error) as error:
            raise ExportError(f"{folder}: can't be read ({_first_line(error)})") from error
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
                _read_csv_schemas(connection, group, repairs)
        _check_column_names(files)
        _check_some_column_is_known(files, known)
        _check_columns_of_tables(files)
        mixed = _mixed_columns(files)
        parts = [part for group in _by_table_and_format(files) for part in _parts(connection, group, known, mixed)]
        if not parts and not seen.paths:
            raise ExportError(f"{folder}: all of its files are empty; there is nothing to load")
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
        "repaired": repairs.by_table,
        "rejected_lines": str(repairs.rejects) if repairs.by_table else None,
    }


def list_export(folder: str, known: dict[str, dict]) -> list[SourceFile]:
    """Return the files of an export that a run would read, without opening any of them; `columns` are left empty.

    Arguments: folder (a path or an address), known (table in lower case -> its exact `name`).
    Raises ExportError where the folder can't be read or holds no known table.
    """
    _check_folder(folder)
    with duckdb.connect() as connection:
        try:
            prepare(connection, folder)
            return _known_files(connection, folder, known)
        except (StorageError, duckdb.Error) as error:
            raise ExportError(f"{folder}: can't be read ({_first_line(error)})") from error
        except OSError as error:
            raise ExportError(f"{shown(error.filename or folder)}: can't be read ({error.strerror})") from error


def _check_folder(folder: str) -> None:
    if is_remote(folder):
        return
    if not Path(folder).is_dir():
        raise ExportError(f"{folder}: no such folder; it must be an export's folder")
    code = code_within(folder)
    if code:
        raise ExportError(f"{folder}: holds {code}, which programs are run from; an export needs a folder of its own")


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


def _known_files(connection, folder: str, known: dict[str, dict]) -> list[SourceFile]:
    root = folder.rstrip("/\\") + "/"
    listed = _remote_files(connection, root, known) if is_remote(folder) else _local_files(root, known)
    delta_tables = {_delta_table(path, parts) for path, parts, _, _ in listed} - {None}
    files: dict[str, SourceFile] = {}
    for path, parts, size, changed_at in sorted(listed):
        table = _table_of(parts[0], known)
        # A Delta table's own log says which of the files below it are current.
        place = folder_above(path, delta_tables)
        if place is None:
            files[path] = SourceFile(table, path, _format_of(parts), size, changed_at)
        elif place == _delta_table(path, parts):
            delta = files.setdefault(place, SourceFile(table, place, "delta", None, None))
            if size == 0 and path.endswith(".json"):
                # Taken for a commit that changed nothing, which would lose rows without a word.
                raise _unreadable(delta, f"{parts[-1]} of its log is empty")
            if COMMIT.match(parts[-1]):
                delta.last_commit = max(delta.last_commit or "", parts[-1])
    if not files:
        raise ExportError(
            f"{folder}: holds no table of Customer Insights - Journeys; "
            "expected a folder or file per entity, such as EmailSent/*.parquet or EmailSent.csv"
        )
    return list(files.values())


Listed = tuple[str, tuple[str, ...], int, str]


def _remote_files(connection, root: str, known: dict[str, dict]) -> list[Listed]:
    """Return path, parts of the path below the export, size and time of the last change, in UTC, of each file.

    Of those that are data, or in the log of a Delta table.
    """
    if connection.execute("select count(*) from glob(?)", [root + "**"]).fetchone()[0] == 0:
        return []
    query = "select filename, size, cast(timezone('UTC', last_modified) as varchar) from read_blob(?)"
    listed = []
    for path, size, changed_at in connection.execute(query, [root + "**"]).fetchall():
        parts = tuple(path[len(root) :].replace("\\", "/").split("/"))
        if _table_of(parts[0], known) and (_format_of(parts) or _delta_table(path, parts)):
            check_levels(path, len(parts))
            listed.append((path, parts, size, changed_at))
    return listed


def _local_files(root: str, known: dict[str, dict]) -> list[Listed]:
    """Return the same for a folder. DuckDB passes over links without a word; here they count."""
    listed, taken = [], set()
    for file in Walk(root, lambda name: _table_of(name, known)).files():
        is_log = _delta_table(file.path, file.parts) is not None
        if not (is_log or _format_of(file.parts)) or (not is_log and (file.table, file.real) in taken):
            continue
        taken.add((file.table, file.real))
        status = Path(file.path).stat()
        if not stat.S_ISREG(status.st_mode) or not file.path.isprintable():
            raise ExportError(f"{file.path!a}: not a file with a readable name; take it out of the export")
        changed_at = datetime.fromtimestamp(status.st_mtime, UTC).replace(tzinfo=None)
        listed.append((file.path, file.parts, status.st_size, str(changed_at)))
    return listed


def _delta_table(path: str, parts: Sequence[str]) -> str | None:
    """Return the folder of the Delta table in whose log a file stands, or None."""
    if parts[-2:-1] == (LOG,) and len(parts) > 2 and not any(map(is_hidden, parts[1:-2])):
        return path.removesuffix("/".join(("", *parts[-2:])))
    return None


def _table_of(name: str, known: dict[str, dict]) -> str | None:
    """Return the exact name of the table that a file or folder right below the export holds."""
    return known.get(re.sub(r"[.].*$", "", name).lower(), {}).get("name")


def _format_of(parts: Sequence[str]) -> str | None:
    """Return parquet, csv, or None for what isn't data. Argument: a file's path below the export, in parts."""
    if LOG in parts[1:] or any(map(is_hidden, parts[1:])):
        return None
    name = parts[-1].lower()
    if name.endswith((".parquet", ".pq")):
        return "parquet"
    if name.endswith((".csv", ".csv.gz", ".csv.zst")) or (len(parts) > 1 and GUID.match(name)):
        return "csv"
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
            raise _unreadable(table, fault)
        try:
            listed = connection.execute("select data_file from delta_list_files($1)", [table.path]).fetchall()
        except duckdb.Error as error:
            raise _unreadable(table, "not readable as a Delta table") from error
        table.data_files = [name for (name,) in listed if name not in seen.paths]
        fault = _first_outside(table.data_files, root)
        if fault:
            raise _unreadable(table, fault)
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
        raise _unreadable(table, "a file that its log names is missing or damaged") from error


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
                raise _unreadable(file, "not readable as Parquet") from error
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


def _read_csv_schemas(connection, files: list[SourceFile], repairs: Repairs) -> None:
    filled = [file for file in files if file.bytes and not is_blank(file.path, file.bytes)]
    for file in filled:
        check_columns(file.path, _columns_in_header(connection, file))
    damaged = {file.path: file for file in filled if _needs_repair(connection, file)}
    whole = [file for file in filled if file.path not in damaged]
    if whole and not _is_valid_csv(connection, [file.path for file in whole]):
        damaged |= {file.path: file for file in whole if not _is_valid_csv(connection, [file.path])}
    for file in damaged.values():
        good = repairs.repair(file)
        if not _is_valid_csv(connection, [str(good)]):
            raise _unreadable(file, NOT_VALID)
    for file in filled:
        path = str(repairs.good.get(file.path, file.path))
        columns = _described(connection, f"read_csv({sql_text(path)}, {CSV_DIALECT})", file, "not readable as CSV")
        file.columns = columns[:-1] if file.is_repaired else columns  # without cij_source_file


def _columns_in_header(connection, file: SourceFile) -> int:
    """Return how many columns a CSV file's first row names, or 0 where that can't be told."""
    try:
        if not _only_duckdb_opens(file):
            return columns_in_header(file.path)
        lines = connection.execute(
            "select coalesce(line, '') || chr(10) from read_csv($1, auto_detect = false, columns = {'line': 'varchar'}"
            ", header = false, delim = '\x01\x02\x03\x04', quote = '', escape = '')",
            [file.path],
        )
        return columns_in_first_row(lambda _: (lines.fetchone() or ("",))[0])
    except UnreadableCsvError as error:
        raise _unreadable(file, str(error)) from error
    except duckdb.Error as error:
        raise _unreadable(file, NOT_VALID) from error


def _only_duckdb_opens(file: SourceFile) -> bool:
    return is_remote(file.path) or file.path.lower().endswith(".zst")


def _needs_repair(connection, file: SourceFile) -> bool:
    """Return whether DuckDB can't read a CSV file, or would misread it. Raises ExportError where it holds too much."""
    try:
        if not _only_duckdb_opens(file):
            return needs_repair(file.path)
        if file.path.lower().endswith((".gz", ".zst")) and _holds_too_much(connection, file):
            raise _unreadable(file, packed_too_far(file.bytes))
    except UnreadableCsvError as error:
        raise _unreadable(file, str(error)) from error
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
        raise _unreadable(file, fault) from error


def _unreadable(file: SourceFile, fault: str) -> ExportError:
    return ExportError(f"{file.path}: {fault}; write it again or take it out of the export")


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


def _parts(connection, files: list[SourceFile], known: dict[str, dict], mixed: set[tuple[str, str]]) -> list[Part]:
    """Return the parts that files of one table and format are read in."""
    parts: list[Part] = []
    by_kind: dict[tuple, list[SourceFile]] = {}
    for file in files:
        if file.columns:
            file_format = "repaired" if file.is_repaired else file.format
            generation = file.generation(known)
            # Each Delta table has a log, and so a reader, of its own.
            place = file.path if file.format == "delta" else ""
            types = tuple((name, kind) for name, kind in file.columns if (file.table, name.lower()) in mixed)
            by_kind.setdefault((file_format, generation, place, types), []).append(file)
    for (file_format, generation, _, types), alike in by_kind.items():
        as_text = dict(types)
        columns = [
            (name, "VARCHAR" if name in as_text else kind)
            for name, kind in _united(connection, [file.columns for file in alike])
        ]
        # Not even one CSV: without union_by_name DuckDB reads it with buffers too large for 145 tables at once.
        same = alike[0].format != "csv" and all(file.columns == alike[0].columns for file in alike)
        paths = [file.path for file in alike]
        new_parts = _parts_of_kind(alike[0].table, file_format, generation, same, paths, columns, list(as_text), known)
        for part in new_parts:
            part.data_files = alike[0].data_files if alike[0].is_in_part else []
        parts += new_parts
    return parts


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


def _check_column_names(files: list[SourceFile]) -> None:
    """Refuse columns that no SQL can name, or whose name is that of a column which the reader adds."""
    for file in files:
        for name, _ in file.columns:
            if "\0" in name or name.lower() in OWN_COLUMNS:
                raise ExportError(f"{file.path}: a column is named {shown(name)}, which can't be read; rename it")


def _check_some_column_is_known(files: list[SourceFile], known: dict[str, dict]) -> None:
    """A file of which no column is known was not read as it was meant: semicolons for commas, say, or no header."""
    for file in files:
        attributes = {*known[file.table.lower()]["attributes"], *OLD_NAMES}
        if file.columns and not any(name.lower() in attributes for name, _ in file.columns):
            raise ExportError(
                f"{file.path}: no column of {file.table}; a CSV file must have a header and commas between its values"
            )


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
        "schema_generation": file.generation(known) if file.columns else None,
        "is_repaired": file.is_repaired,
        "is_new": file.is_new,
    }


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].removeprefix("IO Error: ")
