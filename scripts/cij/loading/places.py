"""Finds the folders of an export that tables stand in: the export itself, or its schemas.

A lakehouse keeps its tables in `Tables`, and one with schemas in `Tables/<schema>`. Where tables stand right in a
folder, folders beside them are no schemas.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cij.loading.limits import ExportError
from cij.loading.passed_over import TOO_DEEP, PassedOver
from cij.loading.walk import is_hidden
from cij.quoting import shown

TABLES = "tables"
# Returns what stands right in a folder, each with whether it is one itself. Argument: the folder, with a slash at its
# end.
NamesIn = Callable[[str], list[tuple[str, bool]]]
# Returns the table that a name stands for, or None. Arguments: the name, whether it is a folder's.
TableOf = Callable[[str, bool], str | None]


@dataclass
class Places:
    """Where tables stand: folders, with a slash at their end; what else stands there (folder and name)."""

    places: list[str]
    others: list[tuple[str, str]] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)


def names_in(root: str) -> NamesIn:
    """Return a function that looks into local folders; not into a link, or one that may not be looked at.

    Argument: root (the export's folder, which may be such a one).
    """

    def look(folder: str) -> list[tuple[str, bool]]:
        try:
            if folder != root and Path(folder).is_symlink():
                return []
            with os.scandir(folder) as entries:
                return sorted((entry.name, entry.is_dir()) for entry in entries)
        except PermissionError:
            if folder == root:
                raise
            return []

    return look


def names_below(paths: Iterable[str], root: str) -> NamesIn:
    """Return the same function for an address. Arguments: paths (of all files below it), root (the address)."""
    names: dict[str, dict[str, bool]] = {}
    for path in paths:
        *folders, name = path[len(root) :].split("/")
        folder = root
        for each in folders:
            names.setdefault(folder, {})[each] = True
            folder += f"{each}/"
        names.setdefault(folder, {})[name] = False
    return lambda folder: sorted(names.get(folder, {}).items())


def find_places(root: str, names_in: NamesIn, table_of: TableOf, within: str = "") -> Places:
    """Return where the tables of an export stand.

    Arguments: root (the export's folder, or its `Tables`, with a slash at its end), names_in, table_of, within (the
    name of the latter).
    Raises ExportError where a table stands in two schemas.
    """
    names = [(name, is_folder) for name, is_folder in names_in(root) if not is_hidden(name)]
    folders = {name: f"{root}{name}/" for name, is_folder in names if is_folder and not table_of(name, True)}
    held = {folder: _tables(names_in(path), table_of) for folder, path in folders.items()}
    if _tables(names, table_of):
        beside = [
            PassedOver(f"{within}{folder}/{name}", table, *TOO_DEEP)
            for folder, tables in held.items()
            for table, name in tables.items()
        ]
        return Places([root], [(root, name) for name, _ in names], beside)
    for name, path in folders.items():
        if name.lower() == TABLES and not within:
            lakehouse = find_places(path, names_in, table_of, f"{name}/")
            if lakehouse.places:
                return lakehouse
    stands: dict[str, str] = {}
    for folder, tables in held.items():
        for table, name in tables.items():
            other = stands.setdefault(table, f"{folder}/{name}")
            if other != f"{folder}/{name}":
                raise ExportError(
                    f"{shown(root + other)}: {table}, which also stands in {shown(folder)}; an export holds each table "
                    "once: name one of the two schemas as RAW, or take one of the tables out"
                )
    schemas = [folders[folder] for folder, tables in held.items() if tables]
    others = [(place, name) for place in schemas for name, _ in names_in(place) if not is_hidden(name)]
    return Places(schemas, [(root, name) for name, _ in names] + others)


def _tables(names: list[tuple[str, bool]], table_of: TableOf) -> dict[str, str]:
    """Return the tables among some names, each with the first name that it has there."""
    found: dict[str, str] = {}
    for name, is_folder in names:
        table = table_of(name, is_folder)
        if table and not is_hidden(name):
            found.setdefault(table, name)
    return found
