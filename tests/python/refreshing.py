"""Runs scripts/refresh.py in processes of its own, for tests, and looks at what it left."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from cij.publishing.run_log import published_run
from warehouse import PROJECT

REFRESH = [sys.executable, PROJECT / "scripts" / "refresh.py"]
PARTS = ("dbt_project.yml", "macros", "models", "profiles", "scripts", "seeds", "snapshots", "tests/dbt")


class Place:
    """A published file and a copy of an export to refresh it from. Arguments: folder (a new one), export (to copy)."""

    def __init__(self, folder: Path, export: Path) -> None:
        self.command = REFRESH
        self.folder = folder
        self.export = folder / "export"
        self.published = folder / "journeys.duckdb"
        self.private = folder / ".journeys.duckdb.refresh"
        shutil.copytree(export, self.export)

    def copy_project(self) -> Path:
        """Let what follows be refreshed by a copy of the project. Returns its folder, in which files may be changed."""
        copy = self.folder / "project"
        for part in PARTS:
            copy_part = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy
            (copy / part).parent.mkdir(parents=True, exist_ok=True)
            copy_part(PROJECT / part, copy / part)
        self.command = [sys.executable, copy / "scripts" / "refresh.py"]
        return copy

    def start(self, *options: object, **environment: str) -> subprocess.Popen:
        """Start a refresh, as the leader of a process group of its own."""
        return subprocess.Popen(
            [*self.command, "--raw", self.export, "--publish", self.published, *options], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, start_new_session=True, env=os.environ | environment,
        )  # fmt: skip

    def refresh(self, *options: object, **environment: str) -> subprocess.CompletedProcess:
        """Refresh, and return the finished process."""
        running = self.start(*options, **environment)
        printed, errors = running.communicate()
        return subprocess.CompletedProcess(running.args, running.returncode, printed, errors)

    def add(self, name: str, *lines: str) -> Path:
        """Write a file of the export. Returns its path."""
        path = self.export / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")
        return path

    def generations(self) -> list[str]:
        """Return the names of the generations, the oldest first."""
        return sorted(path.name for path in (self.private / "generations").iterdir())

    def newest(self) -> Path:
        """Return the folder of the newest generation."""
        return self.private / "generations" / self.generations()[-1]

    def log(self) -> list[dict]:
        """Return the records of all runs."""
        return [json.loads(line) for line in (self.private / "runs.jsonl").read_text().splitlines()]

    def note_loaded_files(self) -> None:
        """Write down in the newest generation which files were loaded, unless dbt has done so."""
        with duckdb.connect(str(self.newest() / "warehouse.duckdb")) as connection:
            connection.execute(
                "create table if not exists raw.loaded_files as "
                "select source_file, file_bytes, changed_at, 1::bigint as load_number from raw.export_files"
            )


def readable_marts(database: Path) -> dict[str, int]:
    """Return the rows of every mart, after reading all of their values."""
    with duckdb.connect(str(database), read_only=True) as connection:
        marts = connection.execute("select table_name from information_schema.tables where table_schema = 'marts'")
        return {
            mart: sum(1 for _ in connection.execute(f"from marts.{mart}").fetchall()) for (mart,) in marts.fetchall()
        }


def generation_of(database: Path) -> int:
    """Return the generation that a published file is."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return published_run(connection)[0]
