"""Finds the files below an export's folder: links within it followed, each folder entered once, and not without end."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cij.loading.limits import ExportError, check_levels
from cij.quoting import shown

LOG = "_delta_log"
HUDI = ".hoodie"


@dataclass(frozen=True)
class Found:
    """A folder or file below a place of tables: its table, its path as it is named there, and without any link."""

    table: str
    path: str
    real: str
    parts: tuple[str, ...]


def is_hidden(name: str) -> bool:
    """Return whether a name marks files beside the data, or unfinished work: _SUCCESS, .part-0.crc, _temporary.

    A partition (_year=2024) is data, and what tells that a folder is a table of another kind belongs to it.
    """
    return (name.startswith(".") and name != HUDI) or (name.startswith("_") and "=" not in name and name != LOG)


def folder_above(path: str, folders: set[str] | dict[str, object]) -> str | None:
    """Return the outermost of some folders that a path stands in, or None."""
    end = path.find("/", 1) if folders else -1
    while end >= 0:
        if path[:end] in folders:
            return path[:end]
        end = path.find("/", end + 1)
    return None


class Walk:
    """Walks the folders of the tables that stand in an export, or in one of its schemas.

    Whatever is no link comes first, so that what several names lead to goes by its own.
    Arguments: root (the export's folder, with a slash at its end), place (that which the tables stand in, likewise),
    table_of (returns the table that a name right below the place stands for, or None).
    """

    def __init__(self, root: str, place: str, table_of: Callable[[str], str | None]) -> None:
        self.place = place
        self.real_root = os.path.realpath(root).rstrip("/") + "/"
        self.table_of = table_of
        self.folders: list[Found] = [Found("", place.rstrip("/") or "/", os.path.realpath(place), ())]
        self.links: deque[Found] = deque()
        # A link may lead above the export, too.
        self.entered = {("", str(parent)) for parent in Path(os.path.realpath(place)).parents}

    def files(self) -> Iterator[Found]:
        """Yield every file. Raises ExportError, or OSError for what can't be read and for links to nothing."""
        while self.folders or self.links:
            found = self.folders.pop() if self.folders else self.links.popleft()
            if not Path(found.path).is_dir():
                yield found
            elif self._is_to_enter(found):
                self.entered.add((found.table, found.real))
                yield from self._files_in(found)

    def _is_to_enter(self, folder: Found) -> bool:
        """Return whether a folder is none that a link has led back to. The log of a Delta table is always its own."""
        return folder.path.endswith(f"/{LOG}") or not {(folder.table, folder.real), ("", folder.real)} & self.entered

    def _files_in(self, folder: Found) -> Iterator[Found]:
        check_levels(folder.path, len(folder.parts))
        with os.scandir(folder.path) as entries:
            in_order = sorted(entries, key=lambda entry: entry.name)
        for entry in in_order:
            table = folder.table or self.table_of(entry.name)
            if table is None or (folder.parts and is_hidden(entry.name)):
                continue
            path = self.place + "/".join((*folder.parts, entry.name))
            found = Found(table, path, f"{folder.real}/{entry.name}", (*folder.parts, entry.name))
            if entry.is_symlink():
                self.links.append(self._followed(found))
            elif not entry.is_dir():
                yield found
            elif LOG not in folder.parts:
                self.folders.append(found)

    def _followed(self, link: Found) -> Found:
        """Return what a link leads to. Raises ExportError where that lies outside the export."""
        Path(link.path).stat()
        real = os.path.realpath(link.path)
        if not f"{real}/".startswith(self.real_root):
            raise ExportError(f"{shown(link.path)}: a link out of the export; put what it leads to in its place")
        return Found(link.table, link.path, real, link.parts)
