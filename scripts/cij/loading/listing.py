"""Lists an export without opening any file: its tables, the files of each, and what lies there and is not read."""

from __future__ import annotations

import contextlib
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import duckdb

from cij.confinement import code_within
from cij.loading.limits import ExportError, check_levels
from cij.loading.passed_over import BESIDE_DELTA, NOT_READ, PassedOver, Resemblance, is_worth_telling
from cij.loading.places import find_places, names_below, names_in
from cij.loading.walk import HUDI, LOG, Walk, folder_above, is_hidden
from cij.quoting import shown
from cij.storage import StorageError, is_remote, prepare

# The older layout of the outbound export: <Entity>/<guid>, CSV without an ending.
GUID = re.compile(r"^[{]?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}[}]?$", re.IGNORECASE)
# Programs add the kind of compression that is used within the file.
PARQUET = re.compile(r"[.](parquet|parq|pq)([.](gz|gzip|snappy|zst|zstd|br|brotli|lz4))?$")
# An entry of a Delta table's log, or a checkpoint that stands for all up to it.
COMMIT = re.compile(r"^[0-9]{20}[.](json|checkpoint[.](.+[.])?(json|parquet))$")
ICEBERG = re.compile(r"[.]metadata[.]json([.]gz)?$")
# What Dataverse's lake adds to the names of tables that it partitions.
SUFFIX = "_partitioned"


@dataclass
class SourceFile:
    """One file of an export (of a Delta table, the table's folder).

    `path_columns` are those that folders above it give values for (Spark's `name=value`), each with the place of the
    folder in the path, counted from 0; once `columns` are known, those that the file itself lacks. `plain_names` are
    columns that mean others (see column_names.py).
    `is_new` says that no earlier load read it as it is now. Of a Delta table `data_files` are those of its current
    snapshot that none read: each is written once, so its name is enough; `is_in_part` says that there are others,
    `log` are the entries of its log, and `last_commit` is the newest of them.
    """

    table: str
    path: str
    format: str
    bytes: int | None
    changed_at: str | None
    path_columns: dict[str, int] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)
    plain_names: dict[str, str] = field(default_factory=dict)
    is_repaired: bool = False
    is_new: bool = True
    data_files: list[str] = field(default_factory=list)
    is_in_part: bool = False

    @property
    def last_commit(self) -> str | None:
        """Return the newest entry of a Delta table's log."""
        return max(self.log, default=None)


@dataclass
class Listing:
    """What an export holds: the files to read, and those that are passed over."""

    files: list[SourceFile]
    passed_over: list[PassedOver]


class Listed(NamedTuple):
    """A file below a table's folder, or in its stead.

    `parts` are those of its path that begin with the table's name; `changed_at` is UTC.
    """

    path: str
    table: str
    parts: tuple[str, ...]
    bytes: int
    changed_at: str


def list_export(folder: str, known: dict[str, dict]) -> Listing:
    """Return what a run would find; `columns` are left empty.

    Arguments: folder (a path or an address), known (table in lower case -> its exact `name`).
    Raises ExportError where the folder can't be read or holds no known table.
    """
    check_folder(folder)
    with duckdb.connect() as connection:
        try:
            prepare(connection, folder)
            return list_files(connection, folder, known)
        except (StorageError, duckdb.Error) as error:
            raise ExportError(f"{folder}: can't be read ({first_line(error)})") from error
        except OSError as error:
            raise ExportError(f"{shown(error.filename or folder)}: can't be read ({error.strerror})") from error


def first_line(error: Exception) -> str:
    """Return the start of what DuckDB says."""
    return str(error).splitlines()[0].removeprefix("IO Error: ")


def check_folder(folder: str) -> None:
    """Raise ExportError where a local folder is none, or none of an export's own."""
    if is_remote(folder):
        return
    if not Path(folder).is_dir():
        raise ExportError(f"{folder}: no such folder; it must be an export's folder")
    code = code_within(folder)
    if code:
        raise ExportError(f"{folder}: holds {code}, which programs are run from; an export needs a folder of its own")


def list_files(connection: duckdb.DuckDBPyConnection, folder: str, known: dict[str, dict]) -> Listing:
    """Return the same by way of a connection that can read the folder. Raises duckdb.Error and OSError, too."""
    root = folder.rstrip("/\\") + "/"
    names = Names(known)
    remote = dict(_remote_files(connection, root)) if is_remote(folder) else {}
    places = find_places(root, names_below(remote, root) if is_remote(folder) else names_in(root), names.table_held_by)
    listed: list[Listed] = []
    for place in places.places:
        listed += _remote_tables(remote, place, names) if is_remote(folder) else _local_tables(root, place, names)
    delta_tables = {_delta_table(file.path, file.parts) for file in listed} - {None}
    files: dict[str, SourceFile] = {}
    passed_over = [*places.passed_over, *names.resembling(root, places.others)]
    for file in sorted(listed):
        # A Delta table's own log says which of the files below it are current.
        place = folder_above(file.path, delta_tables)
        is_data = _format_of(file.parts)
        if place is None:
            _check_lake_format(file)
            if is_data:
                files[file.path] = SourceFile(
                    file.table, file.path, is_data, file.bytes, file.changed_at, _path_columns(file.path, file.parts)
                )
            elif file.bytes:
                passed_over.append(PassedOver(file.path.removeprefix(root), file.table, *NOT_READ))
        elif place == _delta_table(file.path, file.parts):
            delta = files.setdefault(place, _delta_file(file, place))
            if COMMIT.match(file.parts[-1]):
                if file.bytes == 0 and file.path.endswith(".json"):
                    # Taken for a commit that changed nothing, which would lose rows without a word.
                    raise unreadable(delta, f"{file.parts[-1]} of its log is empty")
                delta.log.append(file.parts[-1])
        elif is_data != "parquet" and file.bytes and not {LOG, "metadata"} & {*file.parts}:
            passed_over.append(PassedOver(file.path.removeprefix(root), file.table, *BESIDE_DELTA))
    if not files:
        beside = "".join(f"; passed over: {each.told()}" for each in passed_over[:1])
        raise ExportError(
            f"{folder}: holds no table of Customer Insights - Journeys; "
            f"expected a folder or file per entity, such as EmailSent/*.parquet or EmailSent.csv{beside}"
        )
    return Listing(list(files.values()), sorted(passed_over))


def unreadable(file: SourceFile, fault: str) -> ExportError:
    """Return the error for a file or Delta table that can't be read."""
    return ExportError(f"{file.path}: {fault}; write it again or take it out of the export")


class Names:
    """Which names stand for tables. Argument: known (table in lower case -> its exact `name`)."""

    def __init__(self, known: dict[str, dict]) -> None:
        self.known = known
        self.resemblance = Resemblance([entry["name"] for entry in known.values()])

    def table_of(self, name: str) -> str | None:
        """Return the exact name of the table that a file or folder holds."""
        stem = re.sub(r"[.].*$", "", name).lower()
        return (self.known.get(stem) or self.known.get(stem.removesuffix(SUFFIX)) or {}).get("name")

    def table_held_by(self, name: str, is_folder: bool) -> str | None:
        """Return the same, None for a file that is not read."""
        return self.table_of(name) if is_folder or _format_of((name,)) else None

    def resembling(self, root: str, others: Iterable[tuple[str, str]]) -> list[PassedOver]:
        """Return what is named nearly like a table. Argument: others (folder and name, of what is no table's)."""
        found = ((folder + name, self.resemblance.told_of(name)) for folder, name in others if not self.table_of(name))
        return [PassedOver(path.removeprefix(root), *told) for path, told in found if told]


def _remote_files(connection: duckdb.DuckDBPyConnection, root: str) -> Iterable[tuple[str, tuple[int, str]]]:
    """Yield the path of each file below an address, with its size and the time of its last change, in UTC."""
    if connection.execute("select count(*) from glob(?)", [root + "**"]).fetchone()[0] == 0:
        return
    query = "select filename, size, cast(timezone('UTC', last_modified) as varchar) from read_blob(?)"
    for path, size, changed_at in connection.execute(query, [root + "**"]).fetchall():
        yield path, (size, changed_at)


def _remote_tables(remote: dict[str, tuple[int, str]], place: str, names: Names) -> Iterable[Listed]:
    for path, (size, changed_at) in remote.items():
        parts = tuple(path[len(place) :].replace("\\", "/").split("/"))
        table = names.table_of(parts[0]) if path.startswith(place) else None
        if table and (_format_of(parts) or _delta_table(path, parts) or _may_be_told(parts)):
            check_levels(path, len(parts))
            yield Listed(path, table, parts, size, changed_at)


def _local_tables(root: str, place: str, names: Names) -> Iterable[Listed]:
    """Yield the files of a folder's tables. DuckDB passes over links without a word; here they count."""
    taken = set()
    for file in Walk(root, place, names.table_of).files():
        is_log = _delta_table(file.path, file.parts) is not None
        is_data = is_log or _format_of(file.parts)
        if not (is_data or _may_be_told(file.parts)) or (not is_log and (file.table, file.real) in taken):
            continue
        taken.add((file.table, file.real))
        status = Path(file.path).stat()
        if is_data and (not stat.S_ISREG(status.st_mode) or not file.path.isprintable()):
            raise ExportError(f"{file.path!a}: not a file with a readable name; take it out of the export")
        changed_at = datetime.fromtimestamp(status.st_mtime, UTC).replace(tzinfo=None)
        yield Listed(file.path, file.table, file.parts, status.st_size, str(changed_at))


def _may_be_told(parts: tuple[str, ...]) -> bool:
    """Return whether a file that isn't read tells what its folder is, or may hold data that nobody should miss."""
    if HUDI in parts:
        return True
    return LOG not in parts[1:] and not any(map(is_hidden, parts[1:])) and is_worth_telling(parts[-1])


def _delta_table(path: str, parts: tuple[str, ...]) -> str | None:
    """Return the folder of the Delta table in whose log a file stands, or None."""
    if parts[-2:-1] == (LOG,) and len(parts) > 2 and not any(map(is_hidden, parts[1:-2])):
        return path.removesuffix("/".join(("", *parts[-2:])))
    return None


def _delta_file(entry: Listed, folder: str) -> SourceFile:
    # As if it were a file in the folder: what its own folder is called counts, too.
    columns = _path_columns(f"{folder}/-", (*entry.parts[:-2], "-"))
    return SourceFile(entry.table, folder, "delta", None, None, columns)


def _format_of(parts: tuple[str, ...]) -> str | None:
    """Return parquet, csv, or None for what isn't data. Argument: a file's path below the export, in parts."""
    if LOG in parts[1:] or any(map(is_hidden, parts[1:])):
        return None
    name = parts[-1].lower()
    if PARQUET.search(name):
        return "parquet"
    if name.endswith((".csv", ".csv.gz", ".csv.zst")) or (len(parts) > 1 and GUID.match(name)):
        return "csv"
    return None


def _check_lake_format(file: Listed) -> None:
    """Raise ExportError for a table of a format whose folder also holds files that no longer count."""
    if HUDI in file.parts:
        kind, depth = "a Hudi", len(file.parts) - file.parts.index(HUDI)
    elif file.parts[-2:-1] == ("metadata",) and ICEBERG.search(file.parts[-1]):
        kind, depth = "an Iceberg", 2
    else:
        return
    folder = file.path.rsplit("/", depth)[0]
    raise ExportError(f"{folder}: {kind} table, which can't be read; write it as a Delta table, Parquet or CSV")


def _path_columns(path: str, parts: tuple[str, ...]) -> dict[str, int]:
    """Return the columns that the folders above a file name, and where. The innermost of several counts."""
    columns: dict[str, tuple[str, int]] = {}
    first = path.count("/") + 1 - len(parts)
    for place, folder in enumerate(parts[1:-1], first + 1):
        name, equals, _ = folder.partition("=")
        if name and equals:
            columns[unquote(name).lower()] = (unquote(name), place)
    return dict(columns.values())


def path_value(path: str, place: int) -> str | None:
    """Return what a folder of a path says (see SourceFile). macros/engine/files.sql says it in SQL."""
    value = path.split("/")[place].partition("=")[2]
    with contextlib.suppress(UnicodeDecodeError):
        value = unquote(value, errors="strict")
    return None if value == "__HIVE_DEFAULT_PARTITION__" else value or None
