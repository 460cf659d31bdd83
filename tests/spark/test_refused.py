"""What can't be built on Spark stops the run with one message, before anything is replaced."""

import os
import subprocess
import sys

import pytest
from dbt.cli.main import dbtRunner

from cij.project import PROJECT
from cij.spark.session import start_session

PLACES = ["--target", "spark", "--profiles-dir", str(PROJECT / "profiles"), "--project-dir", str(PROJECT)]


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Return a session with raw tables of all kinds, each kind in a schema of its own."""
    folder = tmp_path_factory.mktemp("refused")
    session = start_session(folder)
    for statement in (
        "create schema empty",
        "create schema unknown",
        "create table unknown.Nothing as select 1 as x",
        "create schema keyless",
        "create table keyless.EmailSent as select 'a' as IdempotencyId",
        "create schema split",
        "create table split.JourneyEvent as select 'a' as InternalMarketingInteractionId",
        "create schema gone",
        "create table gone.EmailSent as select 'a' as IdempotencyId",
        "create table gone.pii_key as select 'of-nobody-at-all-and-of-everybody' as pii_key",
        "create schema marts",
        "create table marts.dim_dates as select 'as it was' as x",
    ):
        session.sql(statement)
    for file in (folder / "tables" / "gone.db" / "emailsent").glob("*.parquet"):
        file.write_bytes(b"no Parquet")
    return session


def refusal(monkeypatch, tmp_path, schema: str, *options: str) -> str:
    """Return what a run says that is refused."""
    monkeypatch.setenv("CIJ_RAW_SCHEMA", schema)
    written = ["--target-path", str(tmp_path), "--log-path", str(tmp_path), "--log-level", "none"]
    outcome = dbtRunner().invoke(["run", "-s", "dim_dates", "--quiet", *PLACES, *written, *options])
    assert not outcome.success
    return str(outcome.exception)


@pytest.mark.parametrize(
    ("schema", "options", "told"),
    [
        ("empty", [], "empty: no such schema, or none of its tables is known"),
        ("nowhere", [], "nowhere: no such schema, or none of its tables is known"),
        ("unknown", [], "unknown: no such schema, or none of its tables is known"),
        ("keyless", [], "keyless.pii_key: there is no such table"),
        ("split", [], "split.journeyevent: a table of schema 1.0"),
        ("gone", [], "gone.db/emailsent"),
        ("gone", ["--vars", "erase_deleted_people: true"], "erase_deleted_people: people are erased on DuckDB only"),
        ("gone", ["--vars", "no_such_setting: 1"], "no_such_setting: no such setting"),
    ],
)
def test_a_lakehouse_that_cant_be_built(session, monkeypatch, tmp_path, schema, options, told):
    assert told in refusal(monkeypatch, tmp_path, schema, *options)
    assert session.table("marts.dim_dates").collect()[0].x == "as it was"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--publish", "x.duckdb"], "PUBLISH: is for DuckDB only"),
        (["--erasures", "{file}"], "ERASURES: is for DuckDB only"),
        (["--raw", "{folder}/nowhere"], "no such folder"),
        (["--db", "{file}"], "a file; with ENGINE=spark DB must be a folder"),
    ],
)
def test_a_command_that_cant_be_followed(tmp_path, options, told):
    file = tmp_path / "people.csv"
    file.write_text("profile_type,profile_id\nContact,1\n")
    words = [word.format(file=file, folder=tmp_path) for word in options]
    command = [sys.executable, "-m", "cij", "build", "--engine", "spark", "--db", str(tmp_path / "w.spark"), *words]
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "scripts")}
    built = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 2
    assert told in built.stderr
    assert not (tmp_path / "w.spark").exists()
