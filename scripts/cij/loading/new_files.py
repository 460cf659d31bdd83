"""Compares an export's files with those that were loaded already, without opening any file of the export."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from cij.loading.listing import Listing, SourceFile, list_export
from cij.loading.tables import known_names
from cij.loading.walk import folder_above


@dataclass
class NewFiles:
    """What is new in an export, by path; `bytes` is the size of the new and changed files."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    bytes: int = 0

    def __bool__(self) -> bool:
        """Return whether there is anything to read."""
        return bool(self.new or self.changed)


def listed_files(folder: str) -> Listing:
    """Return the files of an export that a run would read, and pass over. Raises ExportError where there is none."""
    return list_export(folder, {name.lower(): {"name": name} for name in known_names()})


def compare(files: list[SourceFile], loaded: dict[str, tuple], delta_commits: dict[str, str]) -> NewFiles:
    """Return how an export differs from what was loaded.

    Arguments: files (of the export), loaded (path -> bytes and change time, see files_loaded), delta_commits (Delta
    table's folder -> name of the last commit that was loaded).
    """
    found = NewFiles()
    for file in files:
        if file.format == "delta":
            known, same = file.path in delta_commits, delta_commits.get(file.path) == file.last_commit
        else:
            known = file.path in loaded
            same = known and loaded[file.path] == (file.bytes, datetime.fromisoformat(file.changed_at))
        if not same:
            (found.changed if known else found.new).append(file.path)
            found.bytes += file.bytes or 0
    there = {file.path for file in files}
    tables = {file.path for file in files if file.format == "delta"}
    # Which files of a Delta table count, its log says; they aren't listed.
    found.gone = sorted(path for path in {*loaded, *delta_commits} - there if not folder_above(path, tables))
    return found


def files_loaded(warehouse: Path) -> dict[str, tuple]:
    """Return the files that a private warehouse has loaded: path -> (bytes, time of change, UTC).

    Empty where it keeps no table of them: then every file counts as new.
    """
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            found = connection.execute("select source_file, file_bytes, changed_at from raw.loaded_files").fetchall()
    except duckdb.CatalogException:
        return {}
    return {path: (size, changed_at) for path, size, changed_at in found}


def delta_commits(files: list[SourceFile]) -> dict[str, str]:
    """Return the last commit of each Delta table of an export, by its folder."""
    return {file.path: file.last_commit for file in files if file.format == "delta"}
