"""Looks at an export before anything is built: does it hold known tables, and can every file of it be read?"""

import csv
import gzip
import re
import sys
from pathlib import Path

import duckdb
import jinja2

PROJECT = Path(__file__).resolve().parent.parent
STAGED_TABLE = re.compile(r'stage_entity\("(\w+)"\)')
READER_MACROS = PROJECT / "macros" / "engine" / "files.sql"


class ExportError(Exception):
    """The export can't be loaded; the message names the folder or file and says what to do."""


def known_entities() -> set[str]:
    """Return the names of the entities and tables of Dataverse that the project knows, in lower case."""
    models = (PROJECT / "models" / "staging").glob("*/stg_*.sql")
    return {STAGED_TABLE.search(model.read_text(encoding="utf-8"))[1].lower() for model in models}


def check_export(folder: Path) -> dict[str, list[str]]:
    """Return the files of each known entity (entity's folder name in lower case -> paths).

    Reads every Parquet file's footer and every CSV file whole, with the very reader that the models use.
    Raises ExportError where the folder is not there, holds no known table, or a file can't be read.
    """
    if not folder.is_dir():
        raise ExportError(f"{folder}: no such folder; RAW must be an export's folder")
    macros = _reader_macros()
    with duckdb.connect() as connection:
        listing = connection.sql(str(macros.duckdb__export_file_listing(str(folder)))).fetchall()
        files = _known_files(folder, listing)
        for (_, file_format), paths in sorted(files.items()):
            _check_readable(connection, macros, file_format, paths)
    by_entity: dict[str, list[str]] = {}
    for (entity, _), paths in files.items():
        by_entity.setdefault(entity, []).extend(paths)
    return by_entity


def unreadable_file(files: dict[str, list[str]]) -> str | None:
    """Return a message that names the first file whose content can't be read to the end, or None.

    Slow, because it reads everything: for after a build that failed on a file whose footer was whole.
    """
    with duckdb.connect() as connection:
        for paths in files.values():
            for path in paths:
                if path.lower().endswith((".parquet", ".pq")):
                    try:
                        connection.sql("select max(columns(*)) from read_parquet($1)", params=[path]).fetchall()
                    except duckdb.Error:
                        return f"{path}: damaged Parquet file; write it again or take it out of the export"
    return None


def _reader_macros():
    """Return the project's reader macros as a module, so that the check reads exactly as the models do."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    return environment.from_string(READER_MACROS.read_text()).module


def _known_files(folder: Path, listing: list[tuple]) -> dict[tuple[str, str], list[str]]:
    known = known_entities()
    files: dict[tuple[str, str], list[str]] = {}
    for path, entity_name, file_format in listing:
        entity = entity_name.lower()
        if entity not in known:
            continue
        if file_format == "delta":
            raise ExportError(
                f"{folder / entity_name}: a Delta table, which can't be read yet; export it as Parquet or CSV"
            )
        if file_format:
            files.setdefault((entity, file_format), []).append(path)
    if not files:
        raise ExportError(
            f"{folder}: holds no table of Customer Insights - Journeys; "
            "expected a folder or file per entity, such as EmailSent/*.parquet or EmailSent.csv"
        )
    return files


def _check_readable(connection, macros, file_format: str, paths: list[str]) -> None:
    if _fault(connection, macros, file_format, paths) is None:
        return
    for path in paths:
        fault = _fault(connection, macros, file_format, [path])
        if fault is not None:
            raise ExportError(f"{path}: {fault}; write it again or take it out of the export")
    raise ExportError(f"{Path(paths[0]).parent}: the files here can't be read together")


def _fault(connection, macros, file_format: str, paths: list[str]) -> str | None:
    reader = str(macros.duckdb__file_reader(paths, file_format, False))
    query = f"select count(*) from {reader}" if file_format == "csv" else f"select * from {reader} limit 0"
    try:
        connection.sql(query).fetchall()
    except duckdb.Error:
        return _csv_fault(paths[0]) if file_format == "csv" and len(paths) == 1 else "not readable as Parquet"
    return None


def _csv_fault(path: str) -> str:
    """Return what is wrong with a CSV file and where, without the row itself: it may hold an address or a number."""
    csv.field_size_limit(sys.maxsize)
    opener = gzip.open if path.lower().endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, strict=True)
            columns = len(next(rows, []))
            for row in rows:
                if row and len(row) != columns:
                    return f"line {rows.line_num}: {len(row)} values where the header names {columns}"
    except csv.Error:
        return f"line {rows.line_num}: a quote is not closed, or text follows a closed quote"
    except UnicodeDecodeError:
        return f"after line {rows.line_num}: not UTF-8 text"
    return "not valid CSV (comma, double quotes, a header, UTF-8, rows up to 2 MB)"
