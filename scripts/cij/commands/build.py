"""Builds and tests the warehouse, from the sample seeds or from an export, and puts it in place only when it is whole.

The warehouse is built beside its place and renamed into it at the end: a build that fails, for whatever reason, leaves
the one that was there untouched.

Exit codes: 0 built and tested; 1 a model or test failed, or something that nobody foresaw; 2 the export, the reference
data, the list of erasures, a setting, the secret or a path can't be used; 3 another build or refresh works on the same
file; 130 or 143 it was stopped, by the keyboard or by a signal.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import time
import unicodedata
from pathlib import Path

import duckdb

from cij.catalog import is_open_elsewhere
from cij.checks.erasures import ErasureError, check_erasures
from cij.checks.reference import ReferenceDataError, check_reference
from cij.checks.settings import SettingsError, check_settings, passthrough_of
from cij.confinement import is_code
from cij.dbt_run import BUILDING_NAME, Outcome, run_dbt, too_many_rejected
from cij.disk import keep_files_private, sync
from cij.loading.inspection import ExportError, unreadable_file
from cij.loading.loader import load
from cij.loading.new_files import compare, files_loaded, listed_files
from cij.loading.sample import show_sample
from cij.pii_key import SecretError, check_secret
from cij.publishing.building_place import BuildingPlace, LostPlaceError, PlaceError, fault_of_name
from cij.publishing.erased import clean_build, failed_place, remove_failure
from cij.publishing.figures import count_loads
from cij.publishing.history import take_over_history
from cij.publishing.lock import BusyError
from cij.publishing.marts_file import check_marts_file, check_not_published, write_marts_file
from cij.quoting import shown
from cij.storage import is_remote
from cij.unforeseen import StoppedError, describe, stop

REFUSALS = (SettingsError, SecretError, ReferenceDataError, ErasureError, ExportError, PlaceError)


def main(words: list[str] | None = None) -> int:
    """Run the command line, or other words than those that it gives. Returns the exit code."""
    arguments = parse_arguments(words)
    keep_files_private()
    signal.signal(signal.SIGTERM, stop)
    try:
        settings = check_settings(arguments.vars)
        check_secret()
        if arguments.engine == "spark":
            return build_with_spark(arguments, settings)
        database = checked_path(arguments.db, "DB")
        if arguments.reference:
            check_reference(Path(arguments.reference).absolute())
        if arguments.erasures:
            check_erasures(Path(arguments.erasures).absolute())
        published = checked_path(arguments.publish, "PUBLISH") if arguments.publish else None
        if published == database:
            raise PlaceError(f"{database}: the warehouse itself; PUBLISH must be another file than DB")
        with BuildingPlace(database) as place, place_of(published) as publishing_place:
            check_database(database)
            check_loaded(database, arguments.raw)
            if published:
                check_marts_file(published, database)
            return build(arguments, settings, place, publishing_place)
    except REFUSALS as error:
        return report_errors([str(error)], 2)
    except BusyError as error:
        return report_errors([str(error)], 3)
    except LostPlaceError as error:
        return report_errors([str(error)])
    except KeyboardInterrupt as error:
        return report_errors([describe(error)], 143 if isinstance(error, StoppedError) else 130)
    except Exception as error:
        return report_errors([describe(error)])


def build_with_spark(arguments: argparse.Namespace, settings: dict) -> int:
    """Build on Spark. Returns the exit code."""
    from cij.spark.build import build_on_spark
    from cij.spark.session import SparkMissingError

    started = time.monotonic()
    try:
        outcome, folder = build_on_spark(arguments, settings)
    except SparkMissingError as error:
        return report_errors([f"ENGINE: {error}"], 2)
    if outcome.refusals:
        return report_errors(outcome.refusals, 2)
    if outcome.errors or outcome.failed_tests:
        return report_errors([*outcome.errors, *outcome.failed_tests])
    report_success(outcome, folder, None, time.monotonic() - started, arguments.json)
    return 0


def build(
    arguments: argparse.Namespace, settings: dict, place: BuildingPlace, publishing_place: BuildingPlace | None
) -> int:
    """Build in a place, and put what was built where it belongs. Returns the exit code."""
    started = time.monotonic()
    database, staging_place = place.target, place.folder / BUILDING_NAME
    take_over_history(database, staging_place)
    paths = {"reference_path": arguments.reference, "erasure_path": arguments.erasures}
    # Before dbt does anything: what can't be loaded is told at once.
    loaded = load(staging_place, arguments.raw, passthrough_of(settings)) if arguments.raw else None
    outcome = run_dbt(staging_place, paths, settings, quiet=arguments.json, has_export=loaded is not None)
    if outcome.refusals:
        return report_errors(outcome.refusals, 2)
    place.check()
    if not outcome.errors:
        outcome.errors += clean_build(staging_place)
    if outcome.errors:
        damaged = unreadable_file(staging_place) if arguments.raw and staging_place.exists() else None
        return report_errors([damaged] if damaged else outcome.errors)
    if outcome.failed_tests or outcome.exceeded_share is not None:
        kept = failed_place(database)
        staging_place.replace(kept)
        if outcome.exceeded_share is not None:
            told = too_many_rejected(kept, outcome.exceeded_share)
            outcome.failed_tests[:0] = [f"{told}; look into ops.rejected_rows in {kept}"]
        return report_errors(
            [
                *outcome.failed_tests,
                f"{len(outcome.failed_tests)} test(s) failed; what was built stands in {kept} to look into, "
                f"{database} is as it was",
            ]
        )
    if loaded:
        outcome.warnings[:0] = loaded.warnings
    else:
        show_sample(staging_place)
    place.check()
    if publishing_place:
        marts = publishing_place.folder / BUILDING_NAME
        write_marts_file(staging_place, marts)
        publishing_place.check()
    put_in_place(staging_place, database)
    # Of an earlier attempt, it may know people whom this one has erased.
    remove_failure(database)
    if publishing_place:
        put_in_place(marts, publishing_place.target)
    report_success(
        outcome, database, publishing_place and publishing_place.target, time.monotonic() - started, arguments.json
    )
    return 0


def place_of(published: Path | None):
    """Return the place to prepare the file of marts in, a context manager; None in it where no such file is wanted."""
    return BuildingPlace(published) if published else contextlib.nullcontext()


def parse_arguments(words: list[str] | None) -> argparse.Namespace:
    """Return the arguments that words give; those of the command line where there are none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--raw", metavar="FOLDER", help="a real export: a folder, or abfss://...; without it the sample"
    )
    parser.add_argument("--reference", metavar="FOLDER", help="CSV files with rows to add to the reference data")
    parser.add_argument("--erasures", metavar="FILE", help="a CSV file of people to erase: profile_type,profile_id")
    parser.add_argument("--vars", metavar="YAML", default="", help="settings, such as {report_timezone: UTC}")
    parser.add_argument(
        "--db", metavar="FILE", help="the warehouse (warehouse.duckdb; on Spark the folder warehouse.spark)"
    )
    parser.add_argument(
        "--engine",
        choices=("duckdb", "spark"),
        default="duckdb",
        help="what builds it (%(default)s), see docs/spark.md",
    )
    parser.add_argument("--publish", metavar="FILE", help="a second file, of the marts alone, to hand on")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON, and no progress")
    arguments = parser.parse_args(words)
    arguments.db = arguments.db or f"warehouse.{arguments.engine}"
    return arguments


def checked_path(text: str, name: str) -> Path:
    """Return the path that a file was asked for by, as all that lead to it agree on it. Raises PlaceError.

    Arguments: text (the path), name (of the option).
    """
    if any(unicodedata.category(each) in ("Cc", "Cf", "Cs") for each in text):
        raise PlaceError(f"{text!r}: holds signs that can't be shown; choose another {name}")
    path = Path(os.path.realpath(text))
    if path.is_dir():
        raise PlaceError(f"{path}: a folder; {name} must be a file, such as {path / 'warehouse.duckdb'}")
    if not path.parent.is_dir():
        raise PlaceError(f"{path.parent}: no such folder; make it first or choose another {name}")
    if is_code(path.parent):
        raise PlaceError(f"{path.parent}: programs are run from here; choose another {name}")
    if fault := fault_of_name(path, name):
        raise PlaceError(fault)
    return path


def check_database(database: Path) -> None:
    """Raise PlaceError where a refresh publishes the file, another process has it open, or it is none of DuckDB's."""
    check_not_published(database, "DB")
    if not database.exists():
        return
    if not os.access(database, os.W_OK):
        raise PlaceError(f"{database}: may not be written; change its mode or choose another DB")
    try:
        duckdb.connect(str(database)).close()
    except duckdb.IOException as error:
        if is_open_elsewhere(error):
            raise PlaceError(f"{database}: open in another process; close it there and build again") from error
        raise PlaceError(f"{database}: not a DuckDB database; move it away or choose another DB") from error


def check_loaded(database: Path, raw: str | None) -> None:
    """Raise PlaceError where a warehouse holds what a build could not load anew. Argument: raw (the export, if any).

    A build of the sample reads no export, and a warehouse that dbt has grown over several loads may hold files that are
    gone since.
    """
    loaded = files_loaded(database) if database.exists() else {}
    if loaded and not raw:
        raise PlaceError(
            f"{database}: holds what was loaded from an export, which the sample would replace; name the export with "
            "RAW, or choose another DB"
        )
    if loaded and count_loads(database) > 1:
        folder = raw if is_remote(raw) else str(Path(raw).absolute())
        gone = compare(listed_files(folder).files, loaded, {}).gone
        if gone:
            raise PlaceError(
                f"{database}: has grown over several loads, and {len(gone)} of the files that it holds are gone from "
                f"{folder}, such as {gone[0]}; go on with dbt, which keeps their rows, or choose another DB"
            )


def put_in_place(built: Path, target: Path) -> None:
    """Put a finished file in its place, in one step."""
    leftover = target.with_name(f"{target.name}.wal")
    leftover.unlink(missing_ok=True)
    built.replace(target)
    sync(target.parent)


def report_errors(messages: list[str], code: int = 1) -> int:
    """Print what failed. Returns the exit code."""
    for message in messages:
        print(f"error: {shown(message)}", file=sys.stderr)
    return code


def report_success(outcome: Outcome, database: Path, marts: Path | None, seconds: float, as_json: bool) -> None:
    """Print what was built and where it is, and what of it may be handed on."""
    if as_json:
        print(json.dumps({
            "database": str(database), "published": str(marts) if marts else None, "seconds": round(seconds, 1),
            "nodes": outcome.counts, "warnings": outcome.warnings, "seconds_by_node": outcome.seconds,
        }))  # fmt: skip
        return
    for warning in outcome.warnings:
        print(f"warning: {shown(warning)}")
    built = ", ".join(f"{outcome.counts.get(kind, 0)} {kind}s" for kind in ("model", "seed", "test"))
    print(f"built and tested in {seconds:.0f} s: {built}")
    print(f"the warehouse is {database}")
    if marts:
        print(f"the marts alone, to hand on, are {marts}")
    else:
        print("it also holds the rows the marts are made of; for a file to hand on, say PUBLISH=/path/journeys.duckdb")
