"""Confines a DuckDB session to the files that a run is about, before any of them is read.

Whatever a file's content, a column's name or a Delta log might bring DuckDB to do, it can't reach another file, another
machine or another extension, and can't change its settings back.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import duckdb

from cij.project import project_macros
from cij.quoting import sql_texts
from cij.storage import is_remote


def confine(connection: duckdb.DuckDBPyConnection, folders: Iterable[str], files: Iterable[str] = ()) -> None:
    """Let a connection, and all others to its database, reach nothing but these places from now on.

    Arguments: connection, folders (paths or addresses; all below them is allowed), files (paths). The database itself,
    what is attached to it, and the folder in which it puts aside what memory can't hold are always allowed. Extensions
    and secrets have to be loaded before. A database that is confined already stays as it is.
    """
    if is_confined(connection):
        return
    connection.execute(f"set allowed_directories = {sql_texts(sorted(_spellings(folders)))}")
    connection.execute(f"set allowed_paths = {sql_texts(sorted(_spellings(files)))}")
    for setting in str(project_macros("engine/confinement.sql").switched_off_when_confined()).split():
        connection.execute(f"set {setting} = false")
    connection.execute("set lock_configuration = true")


def is_confined(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether a connection's database is confined."""
    return connection.execute("select current_setting('lock_configuration')").fetchone()[0]


def _spellings(places: Iterable[str]) -> set[str]:
    """Return places as they are named, and as they are without links: DuckDB looks at the latter."""
    named = {place for place in places if place}
    return named | {os.path.realpath(place) for place in named if not is_remote(place)}


def code_within(folder: str | Path) -> str | None:
    """Return a folder that Python loads code from and that lies in the given one, or is it; None where there is none.

    A folder that a run may write to must hold none: what was written there would run at the next start.
    """
    place = Path(folder).resolve()
    return next((str(path) for path in _code_folders() if path.is_relative_to(place)), None)


def is_code(folder: Path) -> bool:
    """Return whether a folder is one that Python loads code from, or lies in one."""
    return any(folder.resolve().is_relative_to(path) for path in _code_folders())


def _code_folders() -> list[Path]:
    found = []
    for path in sys.path:
        # What this user may not look at is none that the user may write to.
        with contextlib.suppress(OSError):
            if Path(path).is_dir():
                found.append(Path(path).resolve())
    return found
