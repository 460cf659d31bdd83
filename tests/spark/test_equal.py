"""Spark builds the same rows as DuckDB: every mart and every table of ops, of the sample and of exports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cij.project import PROJECT
from cij.spark.session import start_session
from equality import differences

SECRET = "0f6b2c9d4e8a1735c0de5b79f2a4861e"


def build(folder: Path, *options: str) -> tuple[Path, dict[tuple[str, str], str]]:
    """Build on both engines. Returns DuckDB's file, and the files of Spark's tables by schema and name."""
    environment = os.environ | {"CIJ_PII_SECRET": SECRET, "PYTHONPATH": str(PROJECT / "scripts")}
    environment.pop("CIJ_DATABASE", None)
    database, lake = folder / "w.duckdb", folder / "w.spark"
    for engine, place in (("duckdb", database), ("spark", lake)):
        command = [sys.executable, "-m", "cij", "build", "--engine", engine, "--db", str(place), "--json", *options]
        built = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
        assert built.returncode == 0, built.stderr[-4000:]
    return database, files_of(lake, folder / "views")


def files_of(lake: Path, views: Path) -> dict[tuple[str, str], str]:
    """Return where the rows of each mart and table of ops are; those of views are written out first."""
    session = start_session(lake)
    files = {}
    for schema in ("marts", "ops"):
        for table in session.catalog.listTables(schema):
            if table.tableType == "VIEW":
                place = views / table.name
                session.table(f"{schema}.{table.name}").write.parquet(str(place))
            else:
                place = lake / "tables" / f"{schema}.db" / table.name
            files[schema, table.name] = f"{place}/*.parquet"
    session.stop()
    return files


def test_the_sample(tmp_path):
    """The sample, whole."""
    assert differences(*build(tmp_path)) == []


@pytest.mark.parametrize("seed", [3])
def test_a_simulated_export(tmp_path, seed):
    """An export of the simulator's, in files of several kinds."""
    export = tmp_path / "export"
    simulate = [sys.executable, "-m", "cij", "simulate", "--out", str(export), "--rows", "3000", "--seed", str(seed)]
    subprocess.run(simulate, cwd=PROJECT, check=True, capture_output=True)
    assert differences(*build(tmp_path, "--raw", str(export))) == []
