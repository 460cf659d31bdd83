"""Looks at what a Delta table's log names before it is followed: nothing that lies outside the export.

DuckDB is confined to the export when it reads the data; the log and the vectors of deleted rows are read by the
extension itself, which knows no bounds.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlparse

import duckdb
from quoting import shown

# What the extension would take for something else in the path of a table: %2e%2e leads to the folder above.
PLAIN_PATH = re.compile(r"^[ -$&-\[\]-~]*$")
VECTORS = """
    select distinct add.deletionVector.pathOrInlineDv from read_parquet($1, hive_partitioning = false)
    where add.deletionVector.storageType not in ('u', 'i')
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
    vectors, sidecars = _named_in_commits(log.glob("*.json"))
    checkpoints = [str(path) for path in log.rglob("*.parquet")]
    vectors |= _asked(connection, VECTORS, checkpoints)
    sidecars |= _asked(connection, SIDECARS, checkpoints)
    for name in sorted(sidecars):
        if not re.fullmatch(r"[\w.-]+", name):
            return f"its log names {shown(name)} as a part of a checkpoint, which is no file of its own"
    return first_outside((unquote(urlparse(name).path) for name in sorted(vectors)), root)


def first_outside(files: Iterable[str], root: str) -> str | None:
    """Return what to say of the first of several files, or links, that isn't below a folder; None where all are."""
    inside = os.path.realpath(root) + os.sep
    for file in files:
        if not os.path.realpath(file).startswith(inside):
            return f"its log names {shown(file)}, which lies outside the export"
    return None


def _named_in_commits(commits: Iterable[Path]) -> tuple[set[str], set[str]]:
    """Return the deletion vectors that commits name by an address of their own, and the parts of checkpoints."""
    vectors, sidecars = set(), set()
    for action in _actions(commits):
        vector = (action.get("add") or action.get("remove") or {}).get("deletionVector") or {}
        if vector.get("storageType", "u") not in ("u", "i"):
            vectors.add(str(vector.get("pathOrInlineDv")))
        if "sidecar" in action:
            sidecars.add(str(action["sidecar"].get("path")))
    return vectors, sidecars


def _actions(commits: Iterable[Path]) -> Iterator[dict]:
    """Yield the actions of commits that are objects; whoever reads the log refuses all else."""
    for commit in commits:
        with commit.open("rb") as lines:
            for line in lines:
                try:
                    action = json.loads(line)
                except (ValueError, RecursionError):
                    continue
                if isinstance(action, dict) and all(isinstance(content, dict) for content in action.values()):
                    yield action


def _asked(connection: duckdb.DuckDBPyConnection, query: str, checkpoints: list[str]) -> set[str]:
    """Return what checkpoints name. Most have no such column; one that can't be read is refused with its table."""
    found = set()
    for checkpoint in checkpoints:
        try:
            found |= {name for (name,) in connection.execute(query, [[checkpoint]]).fetchall()}
        except duckdb.Error:
            continue
    return found
