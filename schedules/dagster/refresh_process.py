"""Runs scripts/refresh.py as a process of its own, and reads what came of it. Knows nothing of Dagster."""

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from project_manifest import PROJECT

OVERLAP = 3
REFUSED = 2
# What whoever launches a run may ask for. Other options name commands, addresses and files.
FLAGS = ("--full-refresh", "--rollback", "--dry-run")
COUNTED = "--keep"
COUNT = re.compile("[1-9][0-9]{0,2}")


@dataclass(frozen=True)
class Refreshed:
    """What came of a refresh: its exit code, the summary that it printed, and the lines it wrote to standard error."""

    exit_code: int
    summary: dict = field(default_factory=dict)
    messages: tuple[str, ...] = ()

    @property
    def is_overlap(self) -> bool:
        """Return whether it was refused because another refresh is running."""
        return self.exit_code == OVERLAP

    @property
    def is_published(self) -> bool:
        """Return whether it made and published a warehouse; it does neither where no file is new."""
        return self.summary.get("outcome") == "published"

    @property
    def reason(self) -> str:
        """Return why it failed, in one line."""
        errors = self.summary.get("errors") or self.messages[-1:]
        return errors[0] if errors else f"refresh.py ended with exit code {self.exit_code} and gave no reason"

    @property
    def seconds_by_model(self) -> dict[str, float]:
        """Return how long each model took."""
        return self.summary.get("seconds_by_model", {})

    @property
    def failed_tests(self) -> dict[str, str]:
        """Return what each failed test said, by its name."""
        return by_test(self.summary.get("errors", []))

    @property
    def warned_tests(self) -> dict[str, str]:
        """Return what each test said that only warns, by its name."""
        return by_test(self.summary.get("warnings", []))


def by_test(messages: list[str]) -> dict[str, str]:
    """Return messages of the form "test NAME: what it found" by the test's name; others name no test."""
    tests = (message.removeprefix("test ").partition(": ") for message in messages if message.startswith("test "))
    return {name: found for name, _, found in tests}


def forbidden(options: list[str]) -> str | None:
    """Return the first of these options that a launched run may not have, or None."""
    words = iter(options)
    for word in words:
        if word == COUNTED:
            count = next(words, "")
            if not COUNT.fullmatch(count):
                return f"{word} {count}".strip()
        elif word not in FLAGS:
            return word
    return None


def refresh(raw: str, publish: str, options: list[str]) -> Refreshed:
    """Refresh and publish, and return what came of it, whatever it is.

    Arguments: raw (the export), publish (the published file), options (more of refresh.py's, as far as they are among
    those allowed). A process that is asked to stop takes the refresh with it.
    """
    refused = forbidden(options)
    if refused is not None:
        allowed = ", ".join((*FLAGS, f"{COUNTED} N"))
        return Refreshed(REFUSED, messages=(f"error: {refused!r} is no option that a run may have; only {allowed}",))
    command = [
        PROJECT / ".venv" / "bin" / "python", PROJECT / "scripts" / "refresh.py",
        f"--raw={raw}", f"--publish={publish}", "--json", *options,
    ]  # fmt: skip
    # Python's settings are those of Dagster's environment, not of the project's.
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    lines = done.stdout.strip().splitlines()
    return Refreshed(done.returncode, json.loads(lines[-1]) if lines else {}, tuple(done.stderr.splitlines()))


def rows_by_table(published: str | Path) -> dict[tuple[str, str], int]:
    """Return how many rows each table of the published file has, by schema and name."""
    with duckdb.connect(str(published), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() where not internal").fetchall()
        return {
            (schema, table): connection.execute(f'select count(*) from "{schema}"."{table}"').fetchone()[0]
            for schema, table in tables
        }
