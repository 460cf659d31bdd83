"""Says what a warehouse holds, or which generation of one is published, and how its last run ended. Changes nothing.

Exit codes: 0 said; 2 the file is missing, or none of ours.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import duckdb

from cij.catalog import has_table, is_open_elsewhere
from cij.quoting import shown

LOADS = """
    select load_number, count(distinct source_file) as files, max(changed_at) as newest_file_changed_at
    from raw.loaded_files group by load_number order by load_number
"""
RUNS = """
    select generation, load_number, outcome, started_at, ended_at, files_new, rows_new, message
    from ops.refresh_runs order by started_at
"""
COVERAGE = "select count(*) filter (is_present), max(last_event_at) from ops.source_coverage"


class UnknownFileError(Exception):
    """The file can't be told anything of; the message says why."""


def main(words: list[str] | None = None) -> int:
    """Run the command line. Argument: words (its options; None = those it was called with). Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", metavar="FILE", help="a warehouse, or what a refresh publishes")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    arguments = parser.parse_args(words)
    try:
        found = status(Path(arguments.file))
    except UnknownFileError as error:
        print(f"error: {shown(str(error))}", file=sys.stderr)
        return 2
    print(json.dumps(found, default=str) if arguments.json else as_text(found))
    return 0


def status(file: Path) -> dict:
    """Return what a file holds: kind (sample, export or published), tables, last_event_at, loads and runs.

    Raises UnknownFileError.
    """
    if not file.exists():
        raise UnknownFileError(f"{file}: no such file")
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            tables, last_event_at = connection.execute(COVERAGE).fetchone()
            loads = _rows(connection, LOADS) if has_table(connection, "raw", "loaded_files") else []
            runs = _rows(connection, RUNS) if has_table(connection, "ops", "refresh_runs") else []
            kind = "published" if runs else "export" if loads else "sample"
    except duckdb.CatalogException as error:
        raise UnknownFileError(f"{file}: no warehouse of this project; build one, or name another file") from error
    except duckdb.IOException as error:
        is_open = is_open_elsewhere(error)
        fault = "open for writing in another process; wait for its end" if is_open else "not a DuckDB database"
        raise UnknownFileError(f"{file}: {fault}") from error
    return {"kind": kind, "tables": tables, "last_event_at": last_event_at, "loads": loads, "runs": runs}


def as_text(found: dict) -> str:
    """Return for a person what status() found."""
    lines = [
        {
            "sample": "a warehouse of the sample",
            "export": f"a warehouse of an export, in {len(found['loads'])} load(s)",
            "published": "what refreshes publish",
        }[found["kind"]],
        f"{found['tables']} tables have rows; the last event is of {found['last_event_at']} UTC",
    ]
    lines += [f"load {load['load_number']}: {load['files']} file(s)" for load in found["loads"]]
    for run in found["runs"][-5:]:
        told = f": {shown(run['message'])}" if run["message"] else ""
        lines.append(f"{run['started_at']:%Y-%m-%d %H:%M} UTC, {run['outcome']}, generation {run['generation']}{told}")
    return "\n".join(lines)


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict]:
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
