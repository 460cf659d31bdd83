"""Sorts the files of a table into parts that one reader takes together, and finds out how each part is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from cij.loading.column_names import plain_names
from cij.loading.csv_files import CSV_DIALECT, Repairs
from cij.loading.day_first import day_first_columns
from cij.loading.limits import ExportError
from cij.loading.listing import SourceFile, unreadable
from cij.loading.schemas import united
from cij.quoting import sql_name, sql_text, sql_texts

# What schema 1.0 calls otherwise, in lower case: the person, and the causes of bounces.
OLD_NAMES = {
    "entityid": "ProfileId",
    "entityname": "ProfileType",
    "category": "BounceCategory",
    "reason": "BounceReason",
}
PERSON = {"entityid", "entityname"}
# Delta's change feed has three columns of its own.
CHANGE_TYPE, CHANGE_VERSION = "_change_type", "_commit_version"
NOT_CONTENT = {CHANGE_TYPE, CHANGE_VERSION, "_commit_timestamp", "cij_source_file"}


@dataclass
class Part:
    """Files that one reader takes together for a table: of one format and schema generation; if `alike`, of one schema.

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
    schema_generation: str
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


def schema_generation_of(file: SourceFile, known: dict[str, dict]) -> str:
    """Return a file's schema generation, 1.0 or 1.1, by its columns."""
    entry = known[file.table.lower()]
    attributes, names = set(entry["attributes"]), {name.lower() for name, _ in file.columns}
    if "split_by" in entry:
        return "1.0"
    if names & {"idempotencyid", "profileid", "profiletype"}:
        return "1.1"
    return "1.0" if names & (PERSON - attributes) or "idempotencyid" in attributes else "1.1"


def parts_of(
    connection, files: list[SourceFile], known: dict[str, dict], mixed: set[tuple[str, str]], repairs: Repairs
) -> list[Part]:
    """Return the parts that files of one table and format are read in."""
    parts: list[Part] = []
    by_kind: dict[tuple, list[SourceFile]] = {}
    for file in files:
        if file.columns:
            file_format = "repaired" if file.is_repaired else file.format
            schema_generation = schema_generation_of(file, known)
            # Each Delta table has a log, and so a reader, of its own.
            place = file.path if file.format == "delta" else ""
            types = tuple((name, kind) for name, kind in file.columns if (file.table, name.lower()) in mixed)
            ways = (tuple(file.plain_names.items()), tuple(file.path_columns.items()), is_change_feed(file))
            numbered = not file.is_repaired and "file_row_number" not in {name.lower() for name, _ in file.columns}
            by_kind.setdefault((file_format, schema_generation, place, types, ways, numbered), []).append(file)
    for (file_format, schema_generation, _, types, _, numbered), alike in by_kind.items():
        as_text = dict(types)
        columns = [
            (name, "VARCHAR" if name in as_text else kind)
            for name, kind in united(connection, [file.columns for file in alike])
        ]
        # Not even one CSV: without union_by_name DuckDB reads it with buffers too large for 145 tables at once.
        same = alike[0].format != "csv" and all(file.columns == alike[0].columns for file in alike)
        paths = [file.path for file in alike]
        new_parts = _parts_of_kind(alike[0].table, file_format, schema_generation, same, paths, columns, as_text, known)
        for part in new_parts:
            part.data_files = alike[0].data_files if alike[0].is_in_part else []
            part.plain_names, part.path_columns = alike[0].plain_names, alike[0].path_columns
            part.is_change_feed, part.is_numbered = is_change_feed(alike[0]), numbered
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


def _parts_of_kind(table, file_format, schema_generation, alike, paths, columns, as_text, known) -> list[Part]:
    """Return one part, or for a table of schema 1.0 that 1.1 has split by status, one for each status."""
    names = {name.lower(): name for name, _ in columns}
    status_column = known[table.lower()].get("split_by")

    def part(target: str, status: str | None = None) -> Part:
        attributes = set(known.get(target.lower(), {"attributes": ()})["attributes"])
        renamed = {
            names[old]: new
            for old, new in OLD_NAMES.items()
            if schema_generation == "1.0" and old in names and new.lower() in attributes and new.lower() not in names
        }
        # Where 1.1 has a column of the old name, too, it stays beside its copy.
        copies = {old: new for old, new in renamed.items() if old.lower() in attributes}
        renames = {old: new for old, new in renamed.items() if old not in copies}
        own = [{"name": renames.get(name, name), "type": kind} for name, kind in columns]
        own += [{"name": new, "type": dict(columns)[old]} for old, new in copies.items()]
        status_name = names.get(status_column.lower()) if status_column else None
        return Part(
            target,
            table,
            file_format,
            schema_generation,
            alike,
            paths,
            own,
            renames,
            copies,
            as_text,
            status_name,
            status,
        )

    if not status_column:
        return [part(table)]
    statuses = {
        name.removeprefix(table.lower()): entry["name"]
        for name, entry in known.items()
        if name.startswith(table.lower())
    }
    return [part(entity, status or None) for status, entity in statuses.items()]


def columns_together(connection, parts: list[Part]) -> list[dict[str, str]]:
    """Return the columns that the parts of a table have when read together."""
    schemas = [[(column["name"], column["type"]) for column in part.columns] for part in parts]
    return [{"name": name, "type": kind} for name, kind in united(connection, schemas)]


def name_columns(file: SourceFile, known: dict[str, dict]) -> None:
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


def is_change_feed(file: SourceFile) -> bool:
    """Return whether a file is a change feed that was saved. Raises ExportError where it lacks its versions."""
    names = {name.lower() for name, _ in file.columns}
    if CHANGE_TYPE in names and CHANGE_VERSION not in names:
        raise unreadable(file, f"a change feed ({CHANGE_TYPE}) without {CHANGE_VERSION}, which tells what came last")
    return CHANGE_TYPE in names


def is_taken_back(column: str = CHANGE_TYPE) -> str:
    """Return the condition, as SQL, that a row of a change feed says the table no longer has it."""
    return f"coalesce(lower(trim(cast({sql_name(column)} as varchar))) in ('delete', 'update_preimage'), false)"


def takes_back_others(connection, part: Part, repairs: Repairs) -> bool:
    """Return whether a change feed deletes, or updates, rows that it doesn't bring itself."""
    reader = _rows_of(part, repairs)
    described = connection.execute(f"describe select * from {reader}").fetchall()
    columns = {part.plain_names.get(name, name).lower(): name for name, *_ in described}
    content = [sql_name(name) for plain, name in columns.items() if plain not in NOT_CONTENT]
    query = f"""
        select 1 from {reader} group by {", ".join(content)}
        having bool_and({is_taken_back(columns[CHANGE_TYPE])}) limit 1
    """
    return bool(connection.execute(query).fetchall())
