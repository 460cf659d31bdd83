"""Builds and tests the warehouse, from the sample seeds or from an export, and puts it in place only when it is whole.

The warehouse is built beside its place and renamed into it at the end: a build that fails, for whatever reason, leaves
the one that was there untouched.

Exit codes: 0 built and tested; 1 a model or test failed; 2 the export, the reference data, the list of erasures, a
setting or the database path can't be used.
"""

import argparse
import json
import os
import re
import shutil
import sys
import time
from pathlib import Path

import duckdb
from erasure_check import ErasureError, check_erasures
from export_inspection import unreadable_file
from reference_check import PROJECT, ReferenceDataError, check_reference
from settings_check import SettingsError, check_settings
from storage import is_remote

# The file's name while it is built. DuckDB takes the catalog's name from it and dbt writes that into what it parses, so
# one name for every warehouse lets every build reuse what the last one parsed.
BUILDING_NAME = "warehouse.duckdb"
REFUSAL = "Compilation Error in operation"
QUOTED_VALUE = re.compile(r"""\b((?:Conversion|Invalid Input|Out of Range) Error: [^'"]*)['"].*""")


class DatabaseError(Exception):
    """The warehouse can't be written where it was asked for; the message names the path and says what to do."""


def main() -> int:
    """Run the command line. Returns the exit code."""
    arguments = parse_arguments()
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
    inputs = {"raw": arguments.raw, "reference": arguments.reference, "erasure": arguments.erasures}
    outcome = run_dbt(staging_place, inputs, settings, quiet=arguments.json)
    if outcome.refusals:
        shutil.rmtree(staging_place.parent)
        report_errors(outcome.refusals)
        return 2
    if outcome.errors:
        damaged = unreadable_file(staging_place) if arguments.raw and staging_place.exists() else None
        shutil.rmtree(staging_place.parent)
        return report_errors([damaged] if damaged else outcome.errors)
    if outcome.failed_tests or outcome.exceeded_share is not None:
        kept = database.with_name(f"{database.stem}.failed{database.suffix}")
        staging_place.replace(kept)
        shutil.rmtree(staging_place.parent)
        if outcome.exceeded_share is not None:
            outcome.failed_tests[:0] = [too_many_rejected(kept, outcome.exceeded_share)]
        return report_errors(
            [
                *outcome.failed_tests,
                f"{len(outcome.failed_tests)} test(s) failed; what was built stands in {kept} to look into, "
                f"{database} is as it was",
            ]
        )
    publish(staging_place, database)
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


def too_many_rejected(database: Path, limit: float) -> str:
    """Return what to say of a load with more rejected rows than the limit, a share, allows."""
    with duckdb.connect(str(database), read_only=True) as connection:
        query = "select cast(sum(rows_read) as bigint), cast(sum(rows_rejected) as bigint) from ops.load_log"
        read, rejected = connection.execute(query).fetchone()
    return (
        f"{rejected} of {read} rows ({rejected / read:.1%}) could not be read, or not all of their values; "
        f"the limit max_rejected_share is {limit:.1%}; look into ops.rejected_rows in {database}"
    )


class Outcome:
    """What dbt did: nodes by kind, seconds by node, and messages.

    The messages are refusals (input that can't be used, found before any work), errors, failed tests and warnings.
    exceeded_share is the limit of rejected rows where there were more.
    """

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.refusals: list[str] = []
        self.errors: list[str] = []
        self.failed_tests: list[str] = []
        self.warnings: list[str] = []
        self.seconds: dict[str, float] = {}
        self.exceeded_share: float | None = None

    def add(self, result) -> None:
        """Take in one node's result."""
        node, status = result.node, str(result.status)
        self.counts[node.resource_type] = self.counts.get(node.resource_type, 0) + 1
        self.seconds[node.name] = result.execution_time
        if status == "fail" and "max_rejected_share" in node.config.meta:
            self.exceeded_share = float(node.config.meta["max_rejected_share"])
        elif status == "fail":
            self.failed_tests.append(f"test {node.name}: {result.failures} row(s) fail")
        elif status == "error" and node.resource_type == "operation":
            self.refusals.append(clean_message(result.message))
        elif status == "error":
            self.errors.append(f"{node.resource_type} {node.name}: {clean_message(result.message)}")
        elif status == "warn":
            self.warnings.append(f"test {node.name}: {result.failures} row(s)")


def clean_message(message: str | None) -> str:
    """Return what went wrong, without the SQL and without any row's content."""
    lines = [line.strip() for line in (message or "unknown").splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("Original Line", "LINE", "compiled code", "> in macro"))]
    if kept[0].startswith(REFUSAL) and len(kept) > 1:
        return kept[1]
    # DuckDB quotes the value that it could not convert.
    return QUOTED_VALUE.sub(r"\1 …", " ".join(kept[:2]))


def run_dbt(database: Path, inputs: dict[str, str | None], variables: dict, quiet: bool) -> Outcome:
    """Build and test everything in the database, and return the outcome.

    inputs are the paths of raw, reference and erasure; none where there is none.

    Unit tests are left to `make test`: they check the code on made-up rows, not this data.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from tqdm import tqdm

    for name, path in inputs.items():
        if path:
            variables |= {f"{name}_path": "environment"}
            os.environ[f"CIJ_{name.upper()}_PATH"] = path if is_remote(path) else str(Path(path).absolute())
    os.chdir(PROJECT)
    layout = "{desc:<42.42} {bar} {n_fmt}/{total_fmt} {elapsed}"
    with tqdm(disable=quiet or None, unit="node", bar_format=layout) as bar:
        settings = [
            "--quiet", "--log-level", "none", "--log-level-file", "none", "--no-write-json",
            "--profiles-dir", str(PROJECT / "profiles"), "--vars", json.dumps(variables, default=str),
        ]  # fmt: skip
        # dbt throws its parse cache away when a variable of the profile changes, and the place of the build always
        # does: so it parses without one and builds with what was parsed.
        os.environ.pop("CIJ_DATABASE", None)
        result = dbtRunner().invoke(["parse", *settings])
        if result.success:
            os.environ["CIJ_DATABASE"] = str(database)
            runner = dbtRunner(manifest=result.result, callbacks=[lambda event: show_progress(bar, event)])
            result = runner.invoke(["build", "--no-populate-cache", "--exclude-resource-type", "unit_test", *settings])
    # dbt leaves the database open; only a closed file is complete and may be moved.
    DuckDBConnectionManager.close_all_connections()
    outcome = Outcome()
    if result.exception:
        message = str(result.exception)
        # dbt raises what the hooks at the start of a run refuse.
        found = outcome.refusals if message.startswith(REFUSAL) else outcome.errors
        found.append(clean_message(message))
    for node_result in getattr(result.result, "results", None) or []:
        outcome.add(node_result)
    return outcome


def show_progress(bar, event) -> None:
    """Move the bar with dbt's events."""
    if event.info.name == "LogStartLine":
        bar.total = event.data.total
        bar.set_description(event.data.description.split()[-1])
    elif event.info.name == "NodeFinished":
        bar.update()


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
