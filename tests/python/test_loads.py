"""Loads: whatever comes in whatever order, the marts are those of one build over all files seen so far."""

import random
import shutil
from pathlib import Path

import duckdb
import pytest
from simulate import main as simulate
from warehouse import Project, empty

# What a load and a build over all of them may tell differently: when it was, and which load brought it.
OF_THE_RUN = {"load_number", "hours_since_last_event", "is_stale"}
SEEDS = [pytest.param(seed, marks=[pytest.mark.long] * (seed > 1)) for seed in range(1, 6)]


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    """Return two projects over export folders: one to be loaded piece by piece, one to be built as a whole."""
    scratch = tmp_path_factory.mktemp("loads")
    piecewise, whole = (
        Project(scratch / name, scratch / "export", max_rejected_share=1) for name in ("loads", "whole")
    )
    for project in (piecewise, whole):
        project.scratch.mkdir()
    return piecewise, whole


def contents(database: Path) -> dict[str, list[tuple]]:
    """Return the sorted rows of every mart and ops table, without what tells one run from another."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name, list(column_name order by ordinal_position) "
            "from information_schema.columns where table_schema in ('marts', 'ops') group by all order by all"
        ).fetchall()
        found = {}
        for schema, name, columns in tables:
            kept = ", ".join(f'"{column}"' for column in columns if column not in OF_THE_RUN)
            found[f"{schema}.{name}"] = connection.execute(
                f"select {kept} from {schema}.{name} order by all"
            ).fetchall()
    return found


def differences(actual: dict[str, list[tuple]], expected: dict[str, list[tuple]]) -> dict[str, str]:
    """Return, by table, the first rows that only one side has."""
    told = {}
    for name in expected.keys() | actual.keys():
        ours, theirs = actual.get(name, []), expected.get(name, [])
        if ours != theirs:
            more, fewer = [row for row in ours if row not in theirs], [row for row in theirs if row not in ours]
            told[name] = f"{len(ours)} rows, {len(theirs)} expected; only here {more[:2]}; only there {fewer[:2]}"
    return told


def write_loads(history: Path, folder: Path, loads: int, seed: int) -> list[Path]:
    """Cut a simulated Parquet export into loads at random, repeats and new versions wherever they fall."""
    chance = random.Random(seed)
    written = [folder / f"load-{number}" for number in range(loads)]
    with duckdb.connect() as connection:
        for table in sorted(history.iterdir()):
            connection.execute(
                "create or replace table events as select * from read_parquet(?)", [f"{table}/*.parquet"]
            )
            (rows,) = connection.execute("select count(*) from events").fetchone()
            assigned = [chance.randrange(loads) for _ in range(rows)]
            connection.execute("create or replace table places as select unnest($1) as load", [assigned])
            for number in sorted(set(assigned)):
                place = written[number] / table.name
                place.mkdir(parents=True)
                connection.execute(
                    "copy (select events.* from events positional join places where load = "
                    f"{number}) to '{place}/{number}.parquet'"
                )
    return written


@pytest.mark.parametrize("seed", SEEDS)
def test_loads_equal_one_build(projects, tmp_path, seed):
    piecewise, whole = projects
    export = empty(piecewise.raw)
    simulate(
        ["--out", str(tmp_path / "history"), "--rows", "3000", "--seed", str(seed), "--format", "parquet", "--names"]
    )
    loads = write_loads(tmp_path / "history", tmp_path, loads=3, seed=seed)
    piecewise.database.unlink(missing_ok=True)
    for load in loads:
        shutil.copytree(load, export, dirs_exist_ok=True)
        piecewise.run("build", "--exclude-resource-type", "unit_test")
        assert differences(contents(piecewise.database), contents(whole.build_anew())) == {}
