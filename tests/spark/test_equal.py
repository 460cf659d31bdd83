"""Spark builds the same rows as DuckDB: every mart and every table of ops, of the sample and of exports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cij.project import PROJECT
from cij.spark.build import RAW_FILES, compile_for_much, run_dbt_on_spark
from cij.spark.raw import read_export, register
from cij.spark.session import start_session
from engines import stop_spark
from equality import differences

SECRET = "0f6b2c9d4e8a1735c0de5b79f2a4861e"


# What a quick look compares: with what they are made of, half of all models.
MAIN_FACTS = (
    "fct_interactions", "fct_channel_engagement", "fct_journey_runs", "fct_journey_steps", "fct_consent_blocks",
    "agg_channel_engagement_daily",
)  # fmt: skip


def simulated(folder: Path, rows: int, seed: int) -> Path:
    """Return a new export of the simulator's, in files of several kinds."""
    words = ["simulate", "--out", str(folder), "--rows", str(rows), "--seed", str(seed)]
    subprocess.run([sys.executable, "-m", "cij", *words], cwd=PROJECT, check=True, capture_output=True)
    return folder


def build(engine: str, place: Path, *options: str, secret: str = "") -> None:
    """Build as `make build` does.

    Arguments: engine, place, options, secret (of an export; without one each build would make a key of its own. The
    sample has one).
    """
    environment = os.environ | {"CIJ_PII_SECRET": secret, "PYTHONPATH": str(PROJECT / "scripts")}
    environment.pop("CIJ_DATABASE", None)
    command = [sys.executable, "-m", "cij", "build", "--engine", engine, "--db", str(place), "--json", *options]
    built = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-4000:]


def differences_of_builds(folder: Path, *options: str, secret: str = "") -> list[str]:
    """Build on both engines, and say what differs. Arguments: folder (an empty one), others as of build()."""
    build("duckdb", folder / "w.duckdb", *options, secret=secret)
    build("spark", folder / "w.spark", *options, secret=secret)
    return differences(folder / "w.duckdb", files_of(folder / "w.spark", folder / "views"))


def files_of(lake: Path, views: Path) -> dict[tuple[str, str], str]:
    """Return where the rows of each mart and table of ops are; those of views are written out first."""
    session = start_session(lake)
    files = {}
    for schema in filter(session.catalog.databaseExists, ("marts", "ops")):
        for table in session.catalog.listTables(schema):
            if table.tableType == "VIEW":
                place = views / table.name
                session.table(f"{schema}.{table.name}").write.parquet(str(place))
            else:
                place = lake / "tables" / f"{schema}.db" / table.name
            files[schema, table.name] = f"{place}/*.parquet"
    stop_spark()
    return files


def test_the_main_facts(tmp_path):
    """The main facts of a small export, without what is made of them and without dbt's tests."""
    export, lake = simulated(tmp_path / "export", rows=1000, seed=5), tmp_path / "w.spark"
    build("duckdb", tmp_path / "w.duckdb", "--raw", str(export), secret=SECRET)
    (lake / RAW_FILES).mkdir(parents=True)
    tables, _ = read_export(lake / RAW_FILES, str(export), {})
    session = start_session(lake)
    register(session, lake / RAW_FILES, tables, SECRET)
    compile_for_much(session, lake / RAW_FILES)
    selected = [*(f"+{name}" for name in MAIN_FACTS), "--exclude-resource-type", "test"]
    outcome = run_dbt_on_spark(session, {}, has_export=True, quiet=True, selected=selected)
    stop_spark()
    assert outcome.refusals + outcome.errors == []
    assert differences(tmp_path / "w.duckdb", files_of(lake, tmp_path / "views"), MAIN_FACTS) == []


def test_the_sample(tmp_path):
    """The sample, whole."""
    assert differences_of_builds(tmp_path) == []


@pytest.mark.parametrize("seed", [3])
def test_a_simulated_export(tmp_path, seed):
    """An export of the simulator's, whole."""
    export = simulated(tmp_path / "export", rows=3000, seed=seed)
    assert differences_of_builds(tmp_path, "--raw", str(export), secret=SECRET) == []
