"""The log of refreshes: a file with a line for every run, and the table ops.refresh_runs that is made of it.

A record is a dict with the columns of that table; models/ops/refresh_runs.yml describes them. In the file it also has
`parquet`: the folder that the run may have written Parquet files into.
"""

from __future__ import annotations

import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import yaml

from cij.catalog import comment_on
from cij.project import PROJECT

COLUMNS_YAML = PROJECT / "models" / "ops" / "refresh_runs.yml"
# Outcomes that leave a generation published; "rolled_back" names the one that was brought back.
PUBLISHING = ("published", "rolled_back")


class RunLog:
    """The file of records, one JSON object a line, the oldest first. Argument: path."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def records(self) -> list[dict]:
        """Return all records."""
        if not self.path.exists():
            return []
        found = []
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                # A run was killed while it wrote this line.
                continue
        return found

    def append(self, record: dict) -> None:
        """Add a record, so that it survives a power cut."""
        with self.path.open("a+b") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
            file.write(json.dumps(record).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def has(self, run_id: str) -> bool:
        """Return whether there is a record of a run."""
        return any(record["run_id"] == run_id for record in self.records())

    def last_generation(self) -> int:
        """Return the generation that was published last; 0 if none was."""
        return next((r["generation"] for r in reversed(self.records()) if r["outcome"] in PUBLISHING), 0)

    def parquet_folders(self) -> set[Path]:
        """Return the folders that any run may have written Parquet files into."""
        return {Path(record["parquet"]) for record in self.records() if record.get("parquet")}

    def highest_generation(self) -> int:
        """Return the highest generation that ever was; 0 if none was."""
        return max((record["generation"] or 0 for record in self.records()), default=0)


def new_record() -> dict:
    """Return the record of a run that begins now."""
    record = dict.fromkeys(columns())
    return record | {"run_id": uuid.uuid4().hex, "started_at": now(), "outcome": "failed", "parquet": None}


def now() -> str:
    """Return the present instant, UTC, as text."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def write_runs(connection: duckdb.DuckDBPyConnection, records: list[dict]) -> None:
    """Make ops.refresh_runs anew, in the connection's database, from the log's records."""
    types = columns()
    connection.execute("create schema if not exists ops")
    connection.execute(
        f"create or replace table ops.refresh_runs ({', '.join(f'{name} {kind}' for name, kind in types.items())})"
    )
    places = ", ".join("?" for _ in types)
    connection.executemany(
        f"insert into ops.refresh_runs values ({places})", [[record.get(name) for name in types] for record in records]
    )
    table = _described()
    texts = {column["name"]: column["description"] for column in table["columns"]}
    comment_on(connection, "table", "ops.refresh_runs", table["description"], texts)


def columns() -> dict[str, str]:
    """Return the columns of ops.refresh_runs, name -> data_type."""
    return {column["name"]: column["data_type"] for column in _described()["columns"]}


def _described() -> dict:
    """Return the YAML of ops.refresh_runs."""
    return yaml.safe_load(COLUMNS_YAML.read_text(encoding="utf-8"))["sources"][0]["tables"][0]


def published_run(connection: duckdb.DuckDBPyConnection) -> tuple[int, str] | None:
    """Return the generation that a published file is, and the run that made it.

    Raises duckdb.CatalogException where the file has no ops.refresh_runs.
    """
    # Generations are numbered as they come and a file ends with its own run.
    query = """
        select generation, run_id from ops.refresh_runs
        where outcome = 'published' order by generation desc limit 1
    """
    return connection.execute(query).fetchone()
