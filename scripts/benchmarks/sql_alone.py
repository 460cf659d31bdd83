"""What dbt adds to the SQL of its models: the same statements once more, without dbt."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import duckdb
import yaml

from cij.dbt_plugin import Plugin
from cij.project import PROJECT, schemas

# What changes something; the questions that dbt asks of the catalog are dbt's own cost.
CHANGES = re.compile(r"\s*(?:/\*.*?\*/\s*)?(?:create|insert|delete|update|alter|drop|begin|commit)\b", re.I | re.S)


def statements_of_dbt(export: Path, loaded: Path, again: Path) -> tuple[list[str], float]:
    """Load an export, and have dbt run all models over it.

    Arguments: export, loaded (the database to make, in a folder to be made), again (a second one, which is left as it
    is before the models run). Returns the statements of the models that change something, in order, and the seconds of
    the run. Raises SystemExit where a step fails.
    """
    for place in (loaded, again):
        place.parent.mkdir()
    environment = os.environ | {"CIJ_DATABASE": str(loaded)}
    # One file, however long: dbt would begin a new one and keep five.
    log = ["--log-path", loaded.parent, "--log-format-file", "json", "--log-file-max-bytes", "0"]
    dbt = [Path(sys.executable).with_name("dbt"), "--quiet", *log]
    places = ["--profiles-dir", PROJECT / "profiles", "--target-path", loaded.parent / "target"]
    run([sys.executable, "-m", "cij", "load", "--raw", export, "--db", loaded], environment)
    run(
        [*dbt, "--log-level-file", "none", "seed", "--exclude", "path:seeds/raw", "path:seeds/dataverse", *places],
        environment,
    )
    shutil.copy(loaded, again)
    run([*dbt, "--log-level-file", "none", "parse", *places], environment)
    started = time.monotonic()
    run([*dbt, "--log-level-file", "debug", "run", *places], environment)
    seconds = time.monotonic() - started
    statements = []
    for line in (loaded.parent / "dbt.log").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        of_node = event["data"].get("node_info", {}).get("unique_id", "")
        if event["info"]["name"] == "SQLQuery" and of_node.startswith("model."):
            statements.append(event["data"]["sql"])
    return [sql for sql in statements if CHANGES.match(sql)], seconds


def time_of(statements: list[str], database: Path) -> float:
    """Run statements over a database with the settings that dbt's connection has. Returns the seconds."""
    profiles = yaml.safe_load((PROJECT / "profiles" / "profiles.yml").read_text(encoding="utf-8"))
    settings = profiles["cij"]["outputs"]["dev"]["config_options"] | {"memory_limit": os.environ["CIJ_MEMORY_LIMIT"]}
    with duckdb.connect(str(database), config=settings) as connection:
        plugin = Plugin("alone", {}, credentials=SimpleNamespace(path=str(database)))
        plugin.configure_connection(connection)
        plugin.configure_cursor(connection)
        # dbt makes them before it runs any model.
        for schema in schemas():
            connection.execute(f"create schema if not exists {schema}")
        started = time.monotonic()
        for sql in statements:
            connection.execute(sql)
        connection.execute("checkpoint")
        return time.monotonic() - started


def run(command: list, environment: dict) -> None:
    """Run a command of the project. Raises SystemExit with what it said where it fails."""
    ended = subprocess.run(
        [str(word) for word in command], cwd=PROJECT, env=environment, capture_output=True, text=True
    )
    if ended.returncode != 0:
        sys.exit(f"error: {command[1]} failed: {(ended.stdout + ended.stderr)[-2000:]}")
