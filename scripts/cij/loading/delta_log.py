"""Looks at a Delta table's log before it is followed: does it stay within the export, and can its reader follow it?

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

from cij.quoting import shown, sql_text, sql_texts

# What the extension would take for something else in the path of a table: %2e%2e leads to the folder above.
PLAIN_PATH = re.compile(r"^[ -$&-\[\]-~]*$")
# Of a vector beside the table's files, behind the folder that it stands in.
ENCODED_GUID = 20
VECTORS = """
    select distinct add.deletionVector.storageType, add.deletionVector.pathOrInlineDv
    from read_parquet($1, hive_partitioning = false)
    where add.deletionVector.storageType is not null and add.deletionVector.pathOrInlineDv is not null
"""
# How the extension says what it lacks, and what to say of it.
LACKS = {
    r"Feature '([\w.-]{1,60})' is not supported": "the reader feature {}",
    r"Unsupported minimum reader version (\d+)": "version {} of Delta's readers",
    "Catalog-managed table": "the reader feature catalogManaged",
}
NOT_READABLE = "not readable as a Delta table"
MAPPED_OTHERWISE = "needs column mapping by id, over files of other names, which DuckDB's reader of Delta tables lacks"
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
        return NOT_READABLE
    checkpoints = [str(path) for path in log.rglob("*.parquet")]
    vectors |= _asked(connection, VECTORS, checkpoints)
    sidecars |= {name for (name,) in _asked(connection, SIDECARS, checkpoints)}
    for name in sorted(sidecars):
        if not re.fullmatch(r"[\w.-]+", name):
            return f"its log names {shown(name)} as a part of a checkpoint, which is no file of its own"
    return first_outside((_place_of(table, *vector) for vector in sorted(vectors) if vector[0] != "i"), root)


def why_unreadable(message: str) -> str:
    """Return what is wrong with a Delta table by what the extension says of it."""
    for pattern, lacking in LACKS.items():
        found = re.search(pattern, message)
        if found:
            return f"needs {lacking.format(*found.groups())}, which DuckDB's reader of Delta tables lacks"
    return NOT_READABLE


def fault_of_mapping(
    connection: duckdb.DuckDBPyConnection, table: str, log: list[str], data_files: list[str]
) -> str | None:
    """Return what to say of a Delta table whose columns the extension would not find in their files, or None.

    Arguments: connection, table (its folder), log (the commits and checkpoints of its log), data_files (to read).
    """
    names, physical = set(), {}
    try:
        metadata = _newest_metadata(connection, f"{table}/_delta_log/", log)
        mode = _part(metadata, "configuration").get("delta.columnMapping.mode", "none")
        if mode == "none":
            return None
        for field in json.loads(metadata["schemaString"])["fields"]:
            mapping = field["metadata"]
            names.add(field["name"])
            physical[mapping["delta.columnMapping.id"]] = mapping["delta.columnMapping.physicalName"]
        # By name each file has the names of the log; one shows whether the writer kept to that.
        files = sql_texts(data_files if mode == "id" else data_files[:1])
        found = connection.execute(f"select file_name, name, field_id from parquet_schema({files})").fetchall()
    except (duckdb.Error, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return NOT_READABLE
    columns: dict[str, set[str]] = {}
    for file, name, number in found:
        if mode == "id" and physical.get(number, name) != name:
            return MAPPED_OTHERWISE
        columns.setdefault(file, set()).add(name)
    if any(names & own and not own & set(physical.values()) for own in columns.values()):
        return MAPPED_OTHERWISE
    return None


def _newest_metadata(connection: duckdb.DuckDBPyConnection, folder: str, log: list[str]) -> dict:
    """Return the table's metadata as its newest commit or checkpoint tells it. Arguments: folder (of the log), log."""
    commits: list[str] = []
    for name in sorted(log, reverse=True):
        if ".checkpoint." not in name:
            commits.append(folder + name)
            continue
        metadata = _metadata_in(connection, commits) or _metadata_in_checkpoint(connection, folder + name)
        if metadata:
            return metadata
        commits = []
    return _metadata_in(connection, commits)


def _metadata_in(connection: duckdb.DuckDBPyConnection, files: list[str]) -> dict:
    """Return the metadata that the last of some files of actions tells, or nothing."""
    if not files:
        return {}
    query = f"select content from read_text({sql_texts(files)}) order by filename desc"
    for (content,) in connection.execute(query).fetchall():
        for line in reversed(content.split("\n")):
            # Nearly all of a log is about files.
            metadata = _part(json.loads(line), "metaData") if '"metaData"' in line else {}
            if metadata:
                return metadata
    return {}


def _metadata_in_checkpoint(connection: duckdb.DuckDBPyConnection, file: str) -> dict:
    """Return the same for a checkpoint; nothing of one that can't be read, which may be out of use."""
    with contextlib.suppress(duckdb.Error):
        if file.endswith(".json"):
            return _metadata_in(connection, [file])
        query = f"""
            select metaData.schemaString, metaData.configuration
            from read_parquet({sql_text(file)}, hive_partitioning = false) where metaData.schemaString is not null
        """
        for schema, configuration in connection.execute(query).fetchall():
            return {"schemaString": schema, "configuration": configuration}
    return {}


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
