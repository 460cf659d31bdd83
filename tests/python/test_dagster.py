"""Dagster's definitions: what needs no Dagster is tested always; with --long, Dagster itself runs the job."""

import fcntl
import json
import os
import subprocess
import sys

import duckdb
import pytest

from schedule_files import SCHEDULES, SECRET, Installation
from warehouse import PROJECT, reuse_parsed

sys.path.append(str(SCHEDULES / "dagster"))

import project_manifest
from refresh_process import Refreshed, by_test, forbidden, refresh, rows_by_table


def test_every_asset_of_the_manifest_is_a_table_of_a_schema(tmp_path, monkeypatch):
    monkeypatch.setattr(project_manifest, "TARGET", tmp_path)
    reuse_parsed(tmp_path)
    manifest = json.loads(project_manifest.project_manifest().read_text(encoding="utf-8"))
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed", "snapshot")]
    assert {path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql")} <= {node["name"] for node in nodes}
    # Dagster's key of an asset is the configured schema and the name.
    assert [node["name"] for node in nodes if node["config"]["schema"] != node["schema"]] == []
    # What the assets leave out, as an export takes its place, is the sample and nothing else.
    sample = {node["original_file_path"].split("/")[1] for node in nodes if node["config"]["schema"] == "sample"}
    assert sample == {"raw", "dataverse"}
    written = (tmp_path / "manifest.json").stat().st_mtime
    assert project_manifest.project_manifest().stat().st_mtime == written


def test_what_a_refused_refresh_says(tmp_path):
    refreshed = refresh(str(tmp_path / "nowhere"), str(tmp_path / "journeys.duckdb"), [])
    assert (refreshed.exit_code, refreshed.is_published, refreshed.is_overlap) == (2, False, False)
    assert str(tmp_path / "nowhere") in refreshed.reason
    assert "\n" not in refreshed.reason
    assert not refreshed.failed_tests


def test_what_a_refresh_says_that_could_not_even_start(tmp_path):
    refreshed = refresh(str(tmp_path), str(tmp_path / "journeys.duckdb"), ["--no-such-option"])
    assert refreshed.exit_code == 2
    assert "--no-such-option" in refreshed.reason
    assert Refreshed(-9).reason == "refresh.py ended with exit code -9 and gave no reason"


@pytest.mark.parametrize(
    "options",
    [
        ["--on-failure", "touch ran"], ["--on-failure=touch ran"], ["--on-f", "touch ran"], ["--json"],
        ["--full-refresh", "--publish", "other.duckdb"], ["--raw", "/etc"], ["--parquet", "/tmp/x"], ["--vars", "{}"],
        ["--reference", "x"], ["--erasures", "x"], ["--options", "--on-failure x"], ["--keep"], ["--keep", "0"],
        ["--keep", "--on-failure"], ["--keep=5"], ["--keep", "5 --json"], ["--keep", "5\n"], ["5"], [""], ["-h"],
        ["--full"], ["--full-refresh "], ["--FULL-REFRESH"],
    ],
)  # fmt: skip
def test_a_launched_run_may_have_few_options_and_no_others(tmp_path, monkeypatch, options):
    def start(*_, **__):
        raise AssertionError("was started")

    monkeypatch.setattr(subprocess, "run", start)
    assert forbidden(options) is not None
    refreshed = refresh(str(tmp_path), str(tmp_path / "x.duckdb"), options)
    assert refreshed.exit_code == 2
    assert "is no option that a run may have; only --full-refresh, " in refreshed.reason


def test_a_launched_run_may_have_these(tmp_path):
    assert forbidden([]) is None
    assert forbidden(["--full-refresh", "--keep", "5", "--dry-run"]) is None
    refreshed = refresh(str(tmp_path), str(tmp_path / "x.duckdb"), ["--rollback", "--keep", "2"])
    assert "no generation before this one was kept" in refreshed.reason


def test_paths_are_words_of_no_option(tmp_path):
    refreshed = refresh("--on-failure=touch ran", str(tmp_path / "x.duckdb"), [])
    assert "--on-failure=touch ran: no such folder" in refreshed.reason


def test_tests_are_found_in_messages():
    messages = ["test unique_x: 3 row(s) fail", "model fct_goals: out of memory", "1 test(s) failed; x is as it was"]
    assert by_test(messages) == {"unique_x": "3 row(s) fail"}


def test_rows_of_each_table(tmp_path):
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        connection.execute(
            'create schema marts; create table marts.a as from range(3); create table marts."B c" (d int)'
        )
    assert rows_by_table(tmp_path / "x.duckdb") == {("marts", "a"): 3, ("marts", "B c"): 0}


# With Dagster


@pytest.fixture(scope="module")
def dagster(tmp_path_factory):
    """Return the Python of an environment that holds what the lock of Dagster's own says, and nothing else."""
    folder = tmp_path_factory.mktemp("dagster") / "environment"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = [
        folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--require-hashes", "--requirement", SCHEDULES / "dagster" / "requirements.txt",
    ]  # fmt: skip
    subprocess.run(install, check=True)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """Return an installation in which nothing has run yet."""
    return Installation(tmp_path_factory.mktemp("installation"))


def environment_of(installation, home) -> dict[str, str]:
    """Return the environment that Dagster runs in."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "DAGSTER_HOME": str(home)} | installation.environment()


def job(dagster, installation, home, *options: str) -> dict:
    """Run the job once, with options of refresh.py. Returns what came of it."""
    script, definitions = (
        PROJECT / "tests" / "python" / "dagster_job.py",
        installation.program / "schedules" / "dagster",
    )
    done = subprocess.run(
        [dagster, script, definitions, *options],
        env=environment_of(installation, home), cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert SECRET not in done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.long
def test_dagster_takes_the_workspace(dagster, installation, tmp_path):
    folder = installation.program / "schedules" / "dagster"
    (tmp_path / "dagster.yaml").write_text((folder / "dagster.yaml").read_text())
    command = [dagster.parent / "dagster", "definitions", "validate", "--workspace", folder / "workspace.yaml"]
    environment = environment_of(installation, tmp_path)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Validation successful for code location journeys" in done.stdout + done.stderr


@pytest.mark.long
def test_dagster_publishes_and_reports(dagster, installation, tmp_path):
    told = job(dagster, installation, tmp_path)
    assert told["succeeded"], told["failures"]
    assert told["pool"] == "journeys_refresh"
    models = {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    assert {asset.split("/")[1] for asset in told["assets"]} >= models
    assert set(told["materialized"]) == set(told["assets"])
    assert sum(told["checks"].values()) == told["check_names"] > 50
    rows = rows_by_table(installation.file)
    assert told["materialized"]["marts/fct_interactions"]["dagster/row_count"] == rows["marts", "fct_interactions"] > 0
    assert told["materialized"]["marts/fct_interactions"]["seconds"] > 0


@pytest.mark.long
def test_dagster_materializes_nothing_in_an_overlap(dagster, installation, tmp_path):
    with (installation.file.with_name(f".{installation.file.name}.refresh") / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = job(dagster, installation, tmp_path)
    assert (told["succeeded"], told["materialized"], told["checks"]) == (True, {}, {})


@pytest.mark.long
def test_dagster_does_not_try_a_refused_refresh_again(dagster, installation, tmp_path):
    told = job(dagster, installation, tmp_path, "--no-such-option")
    assert not told["succeeded"]
    assert told["attempts"] == 1
    assert "--no-such-option" in told["failures"][0]


@pytest.mark.long
def test_dagster_shows_a_failed_test_as_a_failed_check(dagster, installation, tmp_path):
    before = installation.file.read_bytes()
    failing = installation.program / "tests" / "dbt" / "never_true.sql"
    failing.write_text("select 1 as one from {{ ref('dim_dates') }} limit 1\n")
    told = job(dagster, installation, tmp_path)
    assert not told["succeeded"]
    assert told["failures"] == ["test never_true: 1 row(s) fail"]
    assert told["failed_checks"] == ["never_true"]
    assert told["materialized"] == {}
    assert installation.file.read_bytes() == before
