"""Builds and tests the warehouse, from the sample seeds or from an export, and puts it in place only when it is whole.

The warehouse is built beside its place and renamed into it at the end: a build that fails, for whatever reason, leaves
the one that was there untouched.

Exit codes: 0 built and tested; 1 a model or test failed; 2 the export, the reference data, the list of erasures, a
setting or the database path can't be used.
"""

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path

import duckdb
from dbt_run import BUILDING_NAME, Outcome, run_dbt, too_many_rejected
from disk import keep_files_private
from erased import clean_build, failed_place, remove_failure
from erasure_check import ErasureError, check_erasures
from export_inspection import unreadable_file
from reference_check import ReferenceDataError, check_reference
from settings_check import SettingsError, check_settings


class DatabaseError(Exception):
    """The warehouse can't be written where it was asked for; the message names the path and says what to do."""


def main() -> int:
    """Run the command line. Returns the exit code."""
    arguments = parse_arguments()
    keep_files_private()
    try:
        settings = check_settings(arguments.vars)
        database = check_database(Path(arguments.db))
        if arguments.reference:
            check_reference(Path(arguments.reference).absolute())
        if arguments.erasures:
            check_erasures(Path(arguments.erasures).absolute())
    except (SettingsError, ReferenceDataError, ErasureError, DatabaseError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    started = time.monotonic()
    staging_place = building_place(database)
    # The history that snapshots keep goes over from the old warehouse to the new one.
    os.environ["CIJ_WAREHOUSE_BEFORE"] = str(database) if database.exists() else ""
    paths = {"raw_path": arguments.raw, "reference_path": arguments.reference, "erasure_path": arguments.erasures}
    outcome = run_dbt(staging_place, paths, settings, quiet=arguments.json)
    if outcome.refusals:
        shutil.rmtree(staging_place.parent)
        report_errors(outcome.refusals)
        return 2
    if not outcome.errors:
        outcome.errors += clean_build(staging_place)
    if outcome.errors:
        damaged = unreadable_file(staging_place) if arguments.raw and staging_place.exists() else None
        shutil.rmtree(staging_place.parent)
        return report_errors([damaged] if damaged else outcome.errors)
    if outcome.failed_tests or outcome.exceeded_share is not None:
        kept = failed_place(database)
        staging_place.replace(kept)
        shutil.rmtree(staging_place.parent)
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
    publish(staging_place, database)
    # Of an earlier attempt, it may know people whom this one has erased.
    remove_failure(database)
    report_success(outcome, database, time.monotonic() - started, arguments.json)
    return 0


def parse_arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--raw", metavar="FOLDER", help="a real export: a folder, or abfss://...; without it the sample"
    )
    parser.add_argument("--reference", metavar="FOLDER", help="CSV files with rows to add to the reference data")
    parser.add_argument("--erasures", metavar="FILE", help="a CSV file of people to erase: profile_type,profile_id")
    parser.add_argument("--vars", metavar="YAML", default="", help="settings, such as {report_timezone: UTC}")
    parser.add_argument("--db", metavar="FILE", default="warehouse.duckdb", help="the warehouse (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON, and no progress")
    return parser.parse_args()


def check_database(path: Path) -> Path:
    """Return the warehouse's absolute path. Raises DatabaseError where it can't be written or is in use."""
    database = path.absolute()
    if database.is_dir():
        raise DatabaseError(f"{database}: a folder; DB must be a file, such as {database / 'warehouse.duckdb'}")
    if not database.parent.is_dir():
        raise DatabaseError(f"{database.parent}: no such folder; make it first or choose another DB")
    try:
        probe = building_place(database)
        probe.touch()
        probe.unlink()
        probe.parent.rmdir()
    except OSError as error:
        raise DatabaseError(f"{database.parent}: can't be written ({error.strerror}); choose another DB") from error
    if database.exists():
        check_not_in_use(database)
    return database


def check_not_in_use(database: Path) -> None:
    """Raise DatabaseError where another process has the warehouse open, or the file is none of DuckDB's."""
    if not os.access(database, os.W_OK):
        raise DatabaseError(f"{database}: may not be written; change its mode or choose another DB")
    try:
        duckdb.connect(str(database)).close()
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise DatabaseError(f"{database}: open in another process; close it there and build again") from error
        raise DatabaseError(f"{database}: not a DuckDB database; move it away or choose another DB") from error


def building_place(database: Path) -> Path:
    """Return an empty place beside the warehouse, on the same file system, to build it in."""
    folder = database.with_name(f".{database.name}.building")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    return folder / BUILDING_NAME


def publish(built: Path, database: Path) -> None:
    """Put the finished warehouse in its place, in one step, and remove the place it was built in."""
    leftover = database.with_name(f"{database.name}.wal")
    leftover.unlink(missing_ok=True)
    built.replace(database)
    shutil.rmtree(built.parent)


def report_errors(messages: list[str]) -> int:
    """Print what failed. Returns the exit code."""
    for message in messages:
        print(f"error: {message}", file=sys.stderr)
    return 1


def report_success(outcome: Outcome, database: Path, seconds: float, as_json: bool) -> None:
    """Print what was built and where it is."""
    if as_json:
        print(json.dumps({
            "database": str(database), "seconds": round(seconds, 1), "nodes": outcome.counts,
            "warnings": outcome.warnings, "seconds_by_node": outcome.seconds,
        }))  # fmt: skip
        return
    for warning in outcome.warnings:
        print(f"warning: {warning}")
    built = ", ".join(f"{outcome.counts.get(kind, 0)} {kind}s" for kind in ("model", "seed", "test"))
    print(f"built and tested in {seconds:.0f} s: {built}")
    print(f"the warehouse is {database}")


if __name__ == "__main__":
    sys.exit(main())
