"""The private folder of scheduled refreshes: the generations that were published, each whole, and what is being built.

    .journeys.duckdb.refresh/       beside journeys.duckdb, open to its owner only
        lock                        held by the refresh that runs; says which
        runs.jsonl                  every run there was (run_log.py)
        building/                   what the running refresh works on
        generations/000007/         warehouse.duckdb (private), published.duckdb (what readers get), generation.json

The published file is a link to the published.duckdb of one generation. Putting it in its place is the one step by which
a refresh counts: generations above it were never published or were taken back, and the next refresh removes them. So it
does with those that still know people whom a later one, once published, has erased.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cij.catalog import has_table, is_open_elsewhere
from cij.dbt_run import BUILDING_NAME
from cij.disk import copy_file, make_private, sync, sync_all, write_text
from cij.publishing.lock import Lock
from cij.publishing.run_log import RunLog, published_run

PUBLISHED_NAME = "published.duckdb"
FACTS_NAME = "generation.json"
# Nobody writes into a finished file. A stricter umask takes more away.
FINISHED_MODE = 0o440


class UnknownFileError(Exception):
    """The published file is none of ours, or its generation is gone; the message says what to do."""


@dataclass(frozen=True)
class Generation:
    """One state of the warehouse that was published, or is going to be."""

    number: int
    folder: Path

    @property
    def warehouse(self) -> Path:
        """The private file: what was loaded, and the layers below the marts."""
        return self.folder / BUILDING_NAME

    @property
    def published(self) -> Path:
        """The file for readers: marts and ops."""
        return self.folder / PUBLISHED_NAME

    def facts(self) -> dict:
        """Return what generation.json says."""
        return json.loads((self.folder / FACTS_NAME).read_text(encoding="utf-8"))

    @property
    def name(self) -> str:
        """A name that no other attempt at the same number has."""
        return f"{self.number:06}-{self.facts()['run']['run_id'][:8]}"

    @property
    def has_erased(self) -> bool:
        """Whether generations before it know people whom it erased. One of an older version doesn't say, and may."""
        return self.facts().get("erased") != 0

    def bytes(self) -> int:
        """Return the size of its files."""
        return sum(path.stat().st_size for path in self.folder.iterdir())


class Generations:
    """The generations behind one published file.

    Argument: target (the published file's absolute path).
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.place = target.with_name(f".{target.name}.refresh")
        self.folder = self.place / "generations"
        self.building = self.place / "building"
        self.removing = self.place / "removing"
        self.log = RunLog(self.place / "runs.jsonl")

    def make_place(self) -> None:
        """Make the private folder, unless it is there."""
        make_private(self.place)
        self.folder.mkdir(exist_ok=True)

    def lock(self) -> Lock:
        """Return the right to refresh, for the private folder that was made."""
        return Lock(self.place)

    def complete(self) -> list[Generation]:
        """Return all generations, the oldest first."""
        found = [path for path in self.folder.glob("[0-9]" * 6) if (path / FACTS_NAME).exists()]
        return [Generation(int(path.name), path) for path in sorted(found)]

    def current(self, adopt: bool = False) -> Generation | None:
        """Return the generation that is published, or None where none is.

        Raises UnknownFileError where the published file comes from none of the generations. With adopt that is the same
        as no file, if only it is one of DuckDB's, and no warehouse that holds what was loaded.
        """
        generations = self.complete()
        if not self.target.exists():
            # Nothing has gone out yet, or somebody took the file away; what was loaded is still true then.
            published = self.log.last_generation()
            return max((each for each in generations if each.number <= published), key=_number, default=None)
        for generation in generations:
            if generation.published.exists() and generation.published.samefile(self.target):
                return generation
        told = self._told_by_target()
        for generation in generations:
            if told == (generation.number, generation.facts()["run"]["run_id"]):
                return generation
        if adopt:
            return None
        if told is None:
            raise UnknownFileError(
                f"{self.target}: not made by a refresh; move it away, or say --full-refresh to replace it"
            )
        raise UnknownFileError(
            f"{self.target}: its generation {told[0]} is not in {self.folder}; bring that folder back, or say "
            "--full-refresh to load everything anew"
        )

    def _told_by_target(self) -> tuple[int, str] | None:
        """Return what the published file says of itself: its generation and the run that made it."""
        try:
            with duckdb.connect(str(self.target), read_only=True) as connection:
                if has_table(connection, "raw", "loaded_files"):
                    raise UnknownFileError(
                        f"{self.target}: a warehouse that holds what was loaded from an export; choose another file"
                    )
                return published_run(connection)
        except duckdb.CatalogException:
            return None
        except duckdb.IOException as error:
            if is_open_elsewhere(error):
                raise UnknownFileError(f"{self.target}: open for writing in another process; close it there") from error
            raise UnknownFileError(
                f"{self.target}: not a DuckDB database; move it away or choose another file"
            ) from error

    def next_number(self) -> int:
        """Return the number of the next generation; none is given twice, not even after a rollback."""
        there = [generation.number for generation in self.complete()]
        return max([*there, self.log.highest_generation()], default=0) + 1

    def sweep(self, current: Generation | None) -> None:
        """Remove what killed runs left behind: generations above the published one, and those it may not go back to."""
        for path in (self.building, self.removing):
            shutil.rmtree(path, ignore_errors=True)
        last = current.number if current else self.log.last_generation()
        for generation in self.complete():
            if generation.number > last:
                self._remove(generation.folder)
        if current:
            self.forget(current)

    def newest_erasure(self, current: Generation) -> Generation | None:
        """Return the newest generation, up to the published one, that erased somebody; None where none did."""
        return max(
            (each for each in self.complete() if each.number <= current.number and each.has_erased),
            key=_number, default=None,
        )  # fmt: skip

    def forget(self, current: Generation) -> None:
        """Remove the generations that know people who were erased since: none of them may be published again."""
        erasure = self.newest_erasure(current)
        for generation in self.complete():
            if erasure and generation.number < erasure.number:
                self._remove(generation.folder)

    def start_building(self) -> Generation:
        """Return an empty place to build the next generation in."""
        self.building.mkdir()
        return Generation(self.next_number(), self.building)

    def copy(self, origin: Generation, building: Generation) -> None:
        """Copy the files of a generation into the place to build in."""
        copy_file(origin.warehouse, building.warehouse)
        copy_file(origin.published, building.published)
        # The disk is given the copies while dbt works, so that its last checkpoint need not wait for them.
        for copied in (building.warehouse, building.published):
            threading.Thread(target=sync, args=(copied,), daemon=True).start()

    def finish_building(self, building: Generation, facts: dict) -> Generation:
        """Move what was built among the generations, and return it there. Nothing may have its files open."""
        for database in (building.warehouse, building.published):
            with duckdb.connect(str(database)) as connection:
                connection.execute("checkpoint")
        for path in building.folder.iterdir():
            # What DuckDB put aside when memory was short.
            if path.is_dir():
                shutil.rmtree(path)
        write_text(building.folder / FACTS_NAME, json.dumps(facts))
        building.published.chmod(FINISHED_MODE & ~_umask())
        sync_all(building.folder)
        kept = Generation(building.number, self.folder / f"{building.number:06}")
        building.folder.rename(kept.folder)
        sync(self.folder)
        return kept

    def prune(self, current: Generation, keep: int) -> list[Generation]:
        """Remove the oldest generations, so that keep are left, and any that know erased people. Returns those left."""
        self.forget(current)
        left = [generation for generation in self.complete() if generation.number <= current.number]
        for generation in left[:-keep]:
            self._remove(generation.folder)
        return left[-keep:]

    def before(self, generation: Generation) -> Generation | None:
        """Return the generation before one, or None where none was kept."""
        return max((each for each in self.complete() if each.number < generation.number), key=_number, default=None)

    def _remove(self, folder: Path) -> None:
        # Renamed first: half a generation must never look like a whole one.
        shutil.rmtree(self.removing, ignore_errors=True)
        folder.rename(self.removing)
        shutil.rmtree(self.removing)


def _number(generation: Generation) -> int:
    return generation.number


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
