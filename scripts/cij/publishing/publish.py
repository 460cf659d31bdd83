"""Puts a finished generation before its readers, each time in one step: a reader sees the old or the new one, whole."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import duckdb

from cij.disk import copy_file, sync, sync_all
from cij.publishing.generations import FINISHED_MODE, Generation
from cij.quoting import sql_name, sql_text

# The names of generations.
NUMBERED = re.compile(r"^[0-9]{6}-[0-9a-f]{8}$")
WRITING = ".writing"
CURRENT = "current"


class ParquetFolderError(Exception):
    """The folder for Parquet files can't be used; the message says why."""


def publish(generation: Generation, target: Path) -> None:
    """Make the target the generation's published file. Readers that have the old file open keep it."""
    if target.exists() and target.samefile(generation.published):
        return
    beside = publishing_place(target)
    beside.unlink(missing_ok=True)
    try:
        os.link(generation.published, beside)
    except OSError:
        # A file system without hard links.
        copy_file(generation.published, beside)
        beside.chmod(FINISHED_MODE & generation.published.stat().st_mode)
        sync(beside)
    # Left by somebody who wrote into the old file: DuckDB would add it to the new one.
    target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
    beside.replace(target)
    sync(target.parent)


def publishing_place(target: Path) -> Path:
    """Return the name that a file has just before it is put in the target's place."""
    return target.with_name(f".{target.name}.publishing")


def check_parquet_folder(folder: Path) -> None:
    """Raise ParquetFolderError where the folder can't be made, or holds what no refresh has put there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = [path.name for path in folder.iterdir()]
    except OSError as error:
        raise ParquetFolderError(f"{folder}: can't be used ({error.strerror}); choose another --parquet") from error
    foreign = [name for name in names if not NUMBERED.match(name) and name not in (WRITING, CURRENT, f".{CURRENT}")]
    if foreign:
        raise ParquetFolderError(
            f"{folder}: holds other things, such as {foreign[0]}; --parquet needs a folder of its own"
        )


def write_parquet(generation: Generation, folder: Path) -> None:
    """Write a generation's marts as Parquet files into their folder below the given one, unless they are there."""
    place = folder / generation.name
    if place.exists():
        return
    writing = folder / WRITING
    shutil.rmtree(writing, ignore_errors=True)
    writing.mkdir()
    with duckdb.connect(str(generation.published), read_only=True) as connection:
        query = "select table_name from information_schema.tables where table_schema = 'marts'"
        marts = connection.execute(query).fetchall()
        for (mart,) in marts:
            file = sql_text(writing / f"{mart}.parquet")
            connection.execute(f"copy marts.{sql_name(mart)} to {file} (format parquet, compression zstd)")
    sync_all(writing)
    writing.rename(place)
    sync(folder)


def switch_parquet(generation: Generation, folder: Path, kept: list[Generation]) -> None:
    """Let the link `current` lead to a generation's Parquet files, and remove those of generations that aren't kept."""
    link = folder / f".{CURRENT}"
    link.unlink(missing_ok=True)
    link.symlink_to(generation.name)
    link.replace(folder / CURRENT)
    sync(folder)
    names = {each.name for each in kept}
    for path in folder.iterdir():
        if NUMBERED.match(path.name) and path.name not in names:
            shutil.rmtree(path)


def forget_parquet(folder: Path, erasure: Generation) -> None:
    """Remove Parquet files from before a generation that erased people, and `current` if it leads there.

    Argument: folder (one that refreshes have written into; it may be gone).
    """
    if not folder.is_dir():
        return
    shutil.rmtree(folder / WRITING, ignore_errors=True)
    for path in folder.iterdir():
        # Of the same number are those of an attempt that was killed.
        is_older = NUMBERED.match(path.name) and int(path.name.split("-")[0]) <= erasure.number
        if is_older and path.name != erasure.name:
            shutil.rmtree(path)
    for link in (folder / CURRENT, folder / f".{CURRENT}"):
        if link.is_symlink() and not link.exists():
            link.unlink()
    sync(folder)
