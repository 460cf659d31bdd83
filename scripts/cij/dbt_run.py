"""Runs dbt over the whole project in this process, and tells what came of it without showing any row's content."""

from __future__ import annotations

import contextlib
import gc
import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from cij.checks.settings import as_option
from cij.project import PROJECT
from cij.storage import is_remote

# The file's name while it is built. DuckDB takes the catalog's name from it and dbt writes that into what it parses, so
# one name for every warehouse lets every build reuse what the last one parsed.
BUILDING_NAME = "warehouse.duckdb"
# The catalog of a second file, for marts and ops alone; the target `refresh` of the profile attaches it.
PUBLISHED_CATALOG = "published"
REFUSAL = "Compilation Error in operation"
BAR = "{desc:<42.42} {bar} {n_fmt}/{total_fmt} {elapsed}{postfix}"
QUOTED_VALUE = re.compile(r"""\b((?:Conversion|Invalid Input|Out of Range) Error: [^'"]*)['"].*""")


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
        self.seconds_by_model: dict[str, float] = {}
        self.exceeded_share: float | None = None

    def add_all(self, result) -> None:
        """Take in what a run of dbt ended with: what stopped it, and each node's result."""
        if result.exception:
            message = str(result.exception)
            # dbt raises what the hooks at the start of a run refuse.
            found = self.refusals if message.startswith(REFUSAL) else self.errors
            found.append(clean_message(message))
        for node_result in getattr(result.result, "results", None) or []:
            self.add(node_result)

    def add(self, result) -> None:
        """Take in one node's result."""
        node, status = result.node, str(result.status)
        self.counts[node.resource_type] = self.counts.get(node.resource_type, 0) + 1
        self.seconds[node.name] = result.execution_time
        if node.resource_type == "model":
            self.seconds_by_model[node.name] = round(result.execution_time, 3)
        if status == "fail" and "max_rejected_share" in node.config.meta:
            self.exceeded_share = float(node.config.meta["max_rejected_share"])
        elif status == "fail":
            self.failed_tests.append(f"test {node.name}: {result.failures} row(s) fail")
        elif status == "error" and node.resource_type == "operation" and "on-run-start" in node.name:
            self.refusals.append(clean_message(result.message))
        elif status == "error":
            self.errors.append(f"{node.resource_type} {node.name}: {clean_message(result.message)}")
        elif status == "warn":
            self.warnings.append(f"test {node.name}: {result.failures} row(s)")


class TimeLeft:
    """Estimates how long a run still takes, by the seconds that each node took the last time (name -> seconds)."""

    def __init__(self, expected: dict[str, float]) -> None:
        self.waiting = dict(expected)
        self.total = sum(expected.values())
        self.started = time.monotonic()

    def finished(self, node: str) -> str:
        """Take note of a finished node. Returns the time left as text; empty as long as nothing can be said."""
        self.waiting.pop(node, None)
        left = sum(self.waiting.values())
        if left >= 0.95 * self.total:
            return ""
        # Today's load may be larger than the last: what is done tells by how much.
        seconds = (time.monotonic() - self.started) * left / (self.total - left)
        return f"about {seconds / 60:.0f} min left" if seconds > 90 else f"about {seconds:.0f} s left"


def clean_message(message: str | None) -> str:
    """Return what went wrong, without the SQL and without any row's content."""
    lines = [line.strip() for line in (message or "unknown").splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("Original Line", "LINE", "compiled code", "> in macro"))]
    if kept[0].startswith(REFUSAL) and len(kept) > 1:
        return kept[1]
    # DuckDB quotes the value that it could not convert.
    return QUOTED_VALUE.sub(r"\1 …", " ".join(kept[:2]))


def run_dbt(
    database: Path,
    paths: dict[str, str | None],
    variables: dict,
    quiet: bool,
    published: Path | None = None,
    expected: dict[str, float] | None = None,
    threads: int = 1,
    without: Sequence[str] = (),
    has_export: bool = False,
    full_refresh: bool = False,
    when_parsed: Callable[[], Sequence[str]] = tuple,
) -> Outcome:
    """Build and test everything in the database, and return the outcome.

    Arguments: database (its file is named BUILDING_NAME), paths (settings that name files of the user's, by name; None
    leaves them out), variables (the other settings), quiet (no progress), published (the file for marts and ops; None
    puts them into the database as well), expected (node -> seconds that it may take), threads
    (models built at a time, where CIJ_THREADS says nothing), without (kinds of nodes to leave as they are), has_export
    (whether an export was loaded, so that the sample is left out), full_refresh (make all anew that is made of stored
    rows), when_parsed (called between parsing, which needs no database, and building; returns the models that stay as
    they are).
    Unit tests are left to `make test`: they check the code on made-up rows, not this data. Raises KeyboardInterrupt
    where the run was stopped.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from tqdm import tqdm

    variables = dict(variables)
    for name, path in paths.items():
        if path:
            variables[name] = "environment"
            os.environ[f"CIJ_{name.upper()}"] = path if is_remote(path) else str(Path(path).absolute())
    os.environ["CIJ_MARTS_CATALOG"] = PUBLISHED_CATALOG if published else ""
    with contextlib.chdir(PROJECT), tqdm(disable=quiet or None, unit="node", bar_format=BAR) as bar:
        settings = [
            "--quiet", "--log-level", "none", "--log-level-file", "none", "--no-write-json",
            "--profiles-dir", str(PROJECT / "profiles"), "--vars", as_option(variables),
        ]  # fmt: skip
        if published:
            # What is parsed holds the catalogs' names: each kind of run keeps its own.
            settings += ["--target", "refresh", "--target-path", str(PROJECT / "target" / "refresh")]
        # dbt throws its parse cache away when a variable of the profile changes, and the place of the build always
        # does: so it parses without one and builds with what was parsed.
        for name in ("CIJ_DATABASE", "CIJ_PUBLISHED_DATABASE"):
            os.environ.pop(name, None)
        result = dbtRunner().invoke(["parse", *settings])
        if result.success:
            kept = when_parsed()
            os.environ["CIJ_DATABASE"] = str(database)
            os.environ["CIJ_PUBLISHED_DATABASE"] = str(published or "")
            left = TimeLeft(expected or {})
            runner = dbtRunner(manifest=result.result, callbacks=[lambda event: show_progress(bar, left, event)])
            at_a_time = [] if os.environ.get("CIJ_THREADS") else ["--threads", str(threads)]
            left_out = [part for kind in ("unit_test", *without) for part in ("--exclude-resource-type", kind)]
            left_out += ["--exclude", "path:seeds/raw", "path:seeds/dataverse", *kept] if has_export else []
            left_out += ["--full-refresh"] if full_refresh else []
            result = runner.invoke(["build", *left_out, *at_a_time, *settings])
    outcome = Outcome()
    if result.success:
        outcome.errors += write_out([database, published] if published else [database])
    stopped = result.exception if isinstance(result.exception, KeyboardInterrupt) else None
    outcome.add_all(result)
    # dbt leaves the database open, and so does what it raised; only a closed file is complete and may be moved.
    del result
    DuckDBConnectionManager.close_all_connections()
    gc.collect()
    if stopped:
        raise stopped
    return outcome


def write_out(files: list[Path]) -> list[str]:
    """Write into database files, all at a time, what dbt has committed. Returns what went wrong.

    DuckDB does that when it closes a file, too, but one after the other, and says nothing of a disk that is full then.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    def checkpoint(file: Path) -> str | None:
        handle = DuckDBConnectionManager.env().handle()
        try:
            handle.cursor().execute(f"checkpoint {file.stem}")
            return None
        except duckdb.Error as error:
            return f"{file}: {clean_message(str(error))}"
        finally:
            handle.close()

    with ThreadPoolExecutor() as pool:
        return [message for message in pool.map(checkpoint, files) if message]


def show_progress(bar, left: TimeLeft, event) -> None:
    """Move the bar with dbt's events."""
    if event.info.name == "LogStartLine":
        bar.total = event.data.total
        bar.set_description(event.data.description.split()[-1])
    elif event.info.name == "NodeFinished":
        bar.set_postfix_str(left.finished(event.data.node_info.node_name), refresh=False)
        bar.update()


def too_many_rejected(database: Path, limit: float) -> str:
    """Return what to say of a load with more rejected rows than the limit, a share, allows."""
    with duckdb.connect(str(database), read_only=True) as connection:
        query = """
            select cast(sum(rows_read) as bigint), cast(sum(rows_rejected) as bigint) from ops.load_log
            where load_number = (select max(load_number) from ops.load_log)
        """
        read, rejected = connection.execute(query).fetchone()
    return (
        f"{rejected} of {read} rows ({rejected / read:.1%}) could not be read, or not all of their values; "
        f"the limit max_rejected_share is {limit:.1%}"
    )
