"""One refresh: what is new is loaded into copies of the last generation, tested, and put before readers."""

from __future__ import annotations

import argparse
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from cij.checks.erasures import ErasureError, check_erasures
from cij.checks.fingerprints import exact_digest, fingerprints
from cij.checks.reference import ReferenceDataError, check_reference
from cij.checks.settings import SettingsError, check_settings, passthrough_of
from cij.confinement import is_code
from cij.dbt_run import Outcome, run_dbt, too_many_rejected
from cij.disk import ExhaustedError, check_free_space, is_exhaustion
from cij.loading.inspection import ExportError, unreadable_file
from cij.loading.listing import SourceFile
from cij.loading.loader import load
from cij.loading.new_files import NewFiles, compare, delta_commits, files_loaded, listed_files
from cij.loading.passed_over import warnings
from cij.loading.registration import unchanged_views
from cij.pii_key import SecretError, check_secret
from cij.publishing.building_place import BuildingPlace, PlaceError, fault_of_name
from cij.publishing.erased import are_due, clean, remove_older_failure, traces_since
from cij.publishing.figures import count_rows, load_number, rows_by_load
from cij.publishing.generations import Generation, Generations, UnknownFileError
from cij.publishing.history import take_over_history
from cij.publishing.lock import BusyError, Lock
from cij.publishing.publish import (
    ParquetFolderError,
    check_parquet_folder,
    forget_parquet,
    publish,
    publishing_place,
    switch_parquet,
    write_parquet,
)
from cij.publishing.run_log import new_record, now, write_runs
from cij.storage import is_remote
from cij.unforeseen import describe

EXIT_CODES = {
    "published": 0, "nothing_new": 0, "rolled_back": 0, "dry_run": 0,
    "failed": 1, "refused": 2, "busy": 3, "exhausted": 4,
}  # fmt: skip


class RefusedError(Exception):
    """The run can't begin; the message says what to do."""


class FailedError(Exception):
    """A model or test failed, or something the run needed was gone. Argument: messages (list of texts)."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(messages[0])
        self.messages = messages


REFUSALS = (
    RefusedError, SettingsError, SecretError, ReferenceDataError, ErasureError, ExportError, UnknownFileError,
    ParquetFolderError, PlaceError,
)  # fmt: skip
TOLD = (*REFUSALS, BusyError, ExhaustedError)


def ending(error: BaseException) -> tuple[str, list[str]]:
    """Return how a run ends that an error stopped: its outcome, and what to say, without any row's content."""
    if isinstance(error, FailedError):
        messages = error.messages
    else:
        messages = [str(error) if isinstance(error, TOLD) else describe(error)]
    if isinstance(error, BusyError):
        return "busy", messages
    if isinstance(error, REFUSALS):
        return "refused", messages
    exhausted = [message for message in messages if is_exhaustion(message)]
    if isinstance(error, (ExhaustedError, MemoryError)) or exhausted:
        return "exhausted", exhausted[:1] or messages
    return "failed", messages


class Refresh:
    """One run. Argument: arguments (of the command line)."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.target = Path(os.path.realpath(arguments.publish))
        self.parquet = Path(arguments.parquet).absolute() if arguments.parquet else None
        self.generations = Generations(self.target)
        self.record = new_record()
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.has_lock = False

    def run(self) -> None:
        """Do what the command line asks for, and note how it ended."""
        try:
            self.check_target()
            if self.arguments.dry_run:
                self.check_input()
                self.plan(self.generations.current(self.arguments.full_refresh))
                self.end("dry_run")
                return
            # A build may aim at the same file.
            with BuildingPlace(self.target, "refresh", self.record["started_at"]):
                self.generations.make_place()
                with self.generations.lock() as lock:
                    self.has_lock = True
                    try:
                        self.work(lock)
                    except (Exception, KeyboardInterrupt) as error:
                        self.end(*ending(error))
                    self.has_lock = False
        except (Exception, KeyboardInterrupt) as error:
            self.end(*ending(error))

    def work(self, lock: Lock) -> None:
        """Do what needs the lock. Raises what keeps the run from its end."""
        current = self.recover(lock)
        self.check_input()
        self.record["parquet"] = str(self.parquet) if self.parquet else None
        lock.sign(self.record["run_id"], self.record["started_at"], parquet=self.record["parquet"])
        if self.arguments.rollback:
            self.roll_back(current)
        else:
            self.refresh(current)

    def check_target(self) -> None:
        """Raise RefusedError where nothing can be published."""
        if self.target.is_dir():
            raise RefusedError(
                f"{self.target}: a folder; PUBLISH must be a file, such as {self.target}/journeys.duckdb"
            )
        if not self.target.parent.is_dir():
            raise RefusedError(f"{self.target.parent}: no such folder; make it first or choose another PUBLISH")
        if not os.access(self.target.parent, os.W_OK | os.X_OK):
            raise RefusedError(f"{self.target.parent}: can't be written; choose another PUBLISH")
        if is_code(self.target.parent):
            raise RefusedError(f"{self.target.parent}: programs are run from here; choose another PUBLISH")
        if fault := fault_of_name(self.target, "PUBLISH"):
            raise RefusedError(fault)

    def check_input(self) -> None:
        """Read the settings. Raises one of REFUSALS where they, or the user's files, can't be used."""
        # Who was deleted in the source has no business in a file that is published, unless the settings say so.
        self.settings = {"erase_deleted_people": True} | check_settings(self.arguments.vars)
        check_secret()
        if self.arguments.erasures:
            check_erasures(Path(self.arguments.erasures).absolute())
        if self.arguments.reference:
            check_reference(Path(self.arguments.reference).absolute())
        if self.parquet and not self.arguments.dry_run:
            check_parquet_folder(self.parquet)

    def recover(self, lock: Lock) -> Generation | None:
        """Return the published generation, after putting right what a killed run left behind."""
        current = self.generations.current(self.arguments.full_refresh)
        dead = lock.left_behind
        if current:
            if not self.generations.log.has(current.facts()["run"]["run_id"]):
                self.generations.log.append(current.facts()["run"])
            publish(current, self.target)
        if dead and not self.generations.log.has(dead["run_id"]):
            interrupted = {name: dead.get(name) for name in ("run_id", "started_at", "parquet")}
            interrupted["outcome"] = "interrupted"
            self.generations.log.append(dict.fromkeys(self.record) | interrupted)
        publishing_place(self.target).unlink(missing_ok=True)
        self.generations.sweep(current)
        self.forget_the_erased(current)
        lock.sign(self.record["run_id"], self.record["started_at"])
        if current:
            self.record |= {"generation": current.number, "load_number": current.facts()["run"]["load_number"]}
        return current

    def plan(self, current: Generation | None) -> NewFiles:
        """Find out what is new. Raises RefusedError where the rules of loading have changed."""
        folder = self.arguments.raw if is_remote(self.arguments.raw) else str(Path(self.arguments.raw).absolute())
        listing = listed_files(folder)
        self.files: list[SourceFile] = listing.files
        self.warnings = warnings(listing.passed_over)
        self.origin = None if self.arguments.full_refresh else current
        facts = self.origin.facts() if self.origin else {"fingerprints": {}, "delta_commits": {}}
        before = files_loaded(current.warehouse) if current else {}
        loaded = before if self.origin else {}
        found = compare(self.files, loaded, facts["delta_commits"] if loaded else {})
        self.record |= {
            "files_new": len(found.new), "files_changed": len(found.changed), "files_gone": len(found.gone),
        }  # fmt: skip
        self.warn_of_gone_files(folder, before)
        self.fingerprints = fingerprints(self.settings, self.own_files(), facts)
        self.has_new_rules = self.origin is not None and facts["fingerprints"] != self.fingerprints
        if self.origin and facts["fingerprints"]["loading"] != self.fingerprints["loading"]:
            raise RefusedError(
                "the rules by which rows are loaded have changed since the last refresh; set them back, or say "
                "--full-refresh to load everything anew (files that are gone are forgotten)"
            )
        self.found = found
        return found

    def warn_of_gone_files(self, folder: str, before: dict[str, tuple]) -> None:
        """Tell where an export may be another one than before. Arguments: folder, before (files loaded, by path)."""
        gone = compare(self.files, before, {}).gone
        if gone and self.arguments.full_refresh:
            self.warnings.append(
                f"{len(gone)} file(s) that were loaded are gone from {folder}, such as {gone[0]}; a full refresh "
                "forgets their rows, and --rollback brings them back"
            )
        elif gone and len(gone) == len(before):
            self.warnings.append(
                f"none of the {len(gone)} file(s) that were loaded is in {folder}; their rows stay beside those of "
                "this export, and --rollback takes it back, should it be another one"
            )

    def own_files(self) -> list[Path]:
        """Return the user's own files that decide what the marts say."""
        files = [Path(self.arguments.erasures)] if self.arguments.erasures else []
        if self.arguments.reference:
            files += [path for path in Path(self.arguments.reference).iterdir() if path.is_file()]
        return files

    def nothing_is_new(self) -> bool:
        """Return whether the published generation is all that this run could make."""
        if self.origin is None or self.found or self.has_new_rules:
            return False
        return not are_due(traces_since(self.origin.facts()))

    def refresh(self, current: Generation | None) -> None:
        """Load, test and publish."""
        self.plan(current)
        if self.nothing_is_new():
            self.write_parquet(self.origin)
            # A killed run may have published, and no more.
            self.switch_parquet(self.origin, self.generations.prune(self.origin, self.arguments.keep))
            self.end("nothing_new")
            return
        before = self.origin.bytes() if self.origin else 0
        check_free_space(self.generations.place, before + 2 * self.found.bytes)
        try:
            built = self.build(self.generations.start_building(), current)
            self.write_parquet(built)
            publish(built, self.target)
        except BaseException:
            # What was built takes room, and counts for nothing unless it was published.
            self.generations.sweep(self.generations.current(self.arguments.full_refresh))
            raise
        self.record = built.facts()["run"]
        try:
            self.switch_parquet(built, self.generations.prune(built, self.arguments.keep))
            self.forget_the_erased(built)
        except OSError as error:
            self.warnings.append(f"{error.filename}: {error.strerror}; published all the same")
        self.end("published")

    def build(self, building: Generation, current: Generation | None) -> Generation:
        """Run dbt in the place to build in and return the finished generation. Raises FailedError or RefusedError."""
        exact = exact_digest(self.settings, self.own_files())
        has_same_rules = self.origin is not None and not self.has_new_rules
        paths = {"reference_path": self.arguments.reference, "erasure_path": self.arguments.erasures}
        expected = current.facts()["seconds_by_node"] if current else {}
        # The queries of a load are small: two of them share the memory, and one runs while dbt prepares another.
        threads = 2 if self.origin else 1
        # Reference data under the same rules is what it was.
        without = ["seed"] if has_same_rules else []
        with ThreadPoolExecutor(1) as beside:
            # Copies and the look at the files take disk and cores that dbt leaves idle while it parses.
            loaded = beside.submit(self.load, building, current)

            def unchanged_models() -> list[str]:
                loaded.result()
                return unchanged_views(building.warehouse) if has_same_rules else []

            outcome = run_dbt(
                building.warehouse, paths, self.settings, self.arguments.json, building.published, expected, threads,
                without, has_export=True, full_refresh=self.has_new_rules, when_parsed=unchanged_models,
            )  # fmt: skip
            rows_before = loaded.result()
        self.take_in(outcome)
        self.judge(outcome, building)
        number = load_number(building.warehouse) or (self.record["load_number"] or 0) + 1
        self.record |= rows_by_load(building, number, rows_before)
        self.record |= {
            "outcome": "published", "generation": building.number, "load_number": number, "ended_at": now(),
        }  # fmt: skip
        with duckdb.connect(str(building.published), config={"max_vacuum_tasks": 0}) as connection:
            write_runs(connection, [*self.generations.log.records(), self.record])
        facts = clean(building, current, self.origin, at_once=self.arguments.full_refresh) | {
            "run": self.record, "fingerprints": self.fingerprints, "exact_digest": exact,
            "delta_commits": delta_commits(self.files), "seconds_by_node": outcome.seconds,
        }  # fmt: skip
        return self.generations.finish_building(building, facts)

    def load(self, building: Generation, current: Generation | None) -> int:
        """Fill the place to build in, and load what is new. Returns the interactions that were there before."""
        before = 0
        if self.origin:
            self.generations.copy(self.origin, building)
            before = count_rows(building.warehouse)
        else:
            take_over_history(current.warehouse if current else None, building.warehouse)
        load(building.warehouse, self.arguments.raw, passthrough_of(self.settings))
        return before

    def take_in(self, outcome: Outcome) -> None:
        """Write into the record what dbt did."""
        self.warnings += outcome.warnings
        self.record |= {
            "tests_run": outcome.counts.get("test", 0),
            "tests_failed": len(outcome.failed_tests) + (outcome.exceeded_share is not None),
            "tests_warned": len(outcome.warnings),
            "seconds_by_model": json.dumps(outcome.seconds_by_model),
        }

    def judge(self, outcome: Outcome, building: Generation) -> None:
        """Raise RefusedError or FailedError where what was built must not be published."""
        if outcome.refusals:
            raise RefusedError(outcome.refusals[0])
        if outcome.errors:
            vanished = [file.path for file in self.files if not is_remote(file.path) and not Path(file.path).exists()]
            if vanished:
                raise FailedError([f"{vanished[0]}: went away while it was read; the next refresh tries again"])
            exhausted = any(is_exhaustion(message) for message in outcome.errors)
            damaged = None if exhausted or not building.warehouse.exists() else unreadable_file(building.warehouse)
            raise FailedError([damaged] if damaged else outcome.errors)
        failed = list(outcome.failed_tests)
        if outcome.exceeded_share is not None:
            failed.insert(0, too_many_rejected(building.published, outcome.exceeded_share))
        if failed:
            raise FailedError([*failed, f"{len(failed)} test(s) failed; {self.target} is as it was"])

    def roll_back(self, current: Generation | None) -> None:
        """Publish the generation before the current one. Raises RefusedError where none was kept."""
        before = self.generations.before(current) if current else None
        if before is None and current and current.number > 1 and current.has_erased:
            raise RefusedError(
                f"{self.target}: generation {current.number} erased people whom the ones before it still knew; those "
                "were removed, and there is nothing to go back to"
            )
        if before is None:
            raise RefusedError(f"{self.target}: no generation before this one was kept; there is nothing to go back to")
        self.record |= {"generation": before.number, "load_number": before.facts()["run"]["load_number"]}
        self.write_parquet(before)
        publish(before, self.target)
        self.generations.sweep(before)
        self.switch_parquet(before, self.generations.complete())
        self.end("rolled_back")

    def forget_the_erased(self, current: Generation | None) -> None:
        """Remove what else knows people whom the published generation, or one before it, has erased."""
        erasure = self.generations.newest_erasure(current) if current else None
        if erasure:
            for folder in self.generations.log.parquet_folders():
                forget_parquet(folder, erasure)
            remove_older_failure(self.target, erasure)

    def write_parquet(self, generation: Generation) -> None:
        """Write a generation's Parquet files, if there should be any."""
        if self.parquet:
            write_parquet(generation, self.parquet)

    def switch_parquet(self, generation: Generation, kept: list[Generation]) -> None:
        """Lead readers of Parquet files to a generation, if there should be any."""
        if self.parquet:
            switch_parquet(generation, self.parquet, kept)

    def end(self, outcome: str, errors: list[str] | None = None) -> None:
        """Note how the run ended, in the log too where the run has the right to write there."""
        self.errors = errors or []
        self.record |= {"outcome": outcome, "message": self.errors[0] if self.errors else None}
        self.record["ended_at"] = self.record["ended_at"] or now()
        if self.has_lock:
            try:
                self.generations.log.append(self.record)
            except OSError as error:
                self.warnings.append(f"the run could not be logged ({error.strerror})")
