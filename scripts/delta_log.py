"""Looks at what a Delta table's log names before it is followed: nothing that lies outside the export.

DuckDB is confined to the export when it reads the data; the log and the vectors of deleted rows are read by the
extension itself, which knows no bounds.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlparse

import duckdb
from quoting import shown

# What the extension would take for something else in the path of a table: %2e%2e leads to the folder above.
PLAIN_PATH = re.compile(r"^[ -$&-\[\]-~]*$")
# Of a vector beside the table's files, behind the folder that it stands in.
ENCODED_GUID = 20
VECTORS = """
    select distinct add.deletionVector.storageType, add.deletionVector.pathOrInlineDv
    from read_parquet($1, hive_partitioning = false)
    where add.deletionVector.storageType is not null and add.deletionVector.pathOrInlineDv is not null
"""
SIDECARS = (
    "select distinct sidecar.path from read_parquet($1, hive_partitioning = false) where sidecar.path is not null"
)


def fault_of_log(connection: duckdb.DuckDBPyConnection, table: str, root: str) -> str | None:
    """Return what is wrong with a local Delta table's log, or None.

    Arguments: connection (to read checkpoints with), table (its folder), root (of the export).
    """
    if not PLAIN_PATH.match(table):
        return "the path of a Delta table must be ASCII without % and \\"
    log = Path(table, "_delta_log")
    try:
        # Files of other names nobody reads.
        vectors, sidecars = _named_in_commits(log.glob("[0-9]*.json"))
    except (ValueError, RecursionError):
        return "not readable as a Delta table"
    checkpoints = [str(path) for path in log.rglob("*.parquet")]
    vectors |= _asked(connection, VECTORS, checkpoints)
    sidecars |= {name for (name,) in _asked(connection, SIDECARS, checkpoints)}
    for name in sorted(sidecars):
        if not re.fullmatch(r"[\w.-]+", name):
            return f"its log names {shown(name)} as a part of a checkpoint, which is no file of its own"
    return first_outside((_place_of(table, *vector) for vector in sorted(vectors) if vector[0] != "i"), root)


def _place_of(table: str, storage: str, name: str) -> str:
    """Return where a deletion vector stands: below the table, in a folder that it may name, or at an address."""
    if storage == "u":
        return f"{table}/{unquote(name[:-ENCODED_GUID])}"
    return unquote(urlparse(name).path)


def first_outside(files: Iterable[str], root: str) -> str | None:
    """Return what to say of the first of several files, or links, that isn't below a folder; None where all are."""
    inside = os.path.realpath(root) + os.sep
    for file in files:
        if not os.path.realpath(file).startswith(inside):
            return f"its log names {shown(file)}, which lies outside the export"
    return None


def _named_in_commits(commits: Iterable[Path]) -> tuple[set[tuple[str, str]], set[str]]:
    """Return how and where the deletion vectors that commits add are stored, and the parts of checkpoints.

    Raises ValueError or RecursionError where a line is no object, as the log's rules ask: the extension is less strict,
    and might follow what isn't understood here.
    """
    vectors, sidecars = set(), set()
    for commit in commits:
        with commit.open("rb") as lines:
            for line in lines:
                action = json.loads(line) if line.strip() else {}
                if not isinstance(action, dict):
                    raise ValueError("not an object")
                vector = _part(_part(action, "add"), "deletionVector")
                if vector:
                    vectors.add((str(vector.get("storageType")), str(vector.get("pathOrInlineDv"))))
                if _part(action, "sidecar"):
                    sidecars.add(str(action["sidecar"].get("path")))
    return vectors, sidecars


def _part(action: dict, name: str) -> dict:
    part = action.get(name)
    return part if isinstance(part, dict) else {}


def _asked(connection: duckdb.DuckDBPyConnection, query: str, checkpoints: list[str]) -> set[tuple]:
    """Return what checkpoints name. Most have no such column; one that can't be read is refused with its table."""
    found = set()
    for checkpoint in checkpoints:
        with contextlib.suppress(duckdb.Error):
            found.update(connection.execute(query, [[checkpoint]]).fetchall())
    return found
