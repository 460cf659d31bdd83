"""Exports of the simulator: the marts must say what the simulator knows, whatever format the history comes in."""

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

import simulate
from oracle.schema import Entity, entities
from warehouse import PERSONAL, PROJECT, WHAT_WAS_BUILT, Project, empty, rows

# Each case: its rows and seed, then how the export is written.
CASES = {
    "parquet": ("--rows", 30_000, "--seed", 11, "--names"),
    "csv with US dates": ("--rows", 20_000, "--seed", 12, "--names", "--format", "csv", "--us-dates"),
    "nested text parquet": ("--rows", 20_000, "--seed", 13, "--names", "--text", "--layout", "nested"),
    "one file per table": ("--rows", 25_000, "--seed", 14, "--layout", "file"),
    "the parquet case as csv": ("--rows", 30_000, "--seed", 11, "--names", "--format", "csv", "--layout", "file"),
}
# Where the policy keeps personal data all columns are compared; in the other cases the default hides some.
KEPT = ("parquet", "the parquet case as csv")
WITH_TRUTH = [
    "parquet",
    *(
        pytest.param(case, marks=pytest.mark.long)
        for case in ("csv with US dates", "nested text parquet", "one file per table")
    ),
]
THINNED = {f"thinned {seed}": ("--rows", 10_000, "--seed", seed) for seed in (21, 22)}

# One query per mart, or table of ops (ops.<name>.sql), over the tables of the truth; it must agree in every column that
# the query gives.
TRUTH_OF = {path.stem: path for path in sorted((PROJECT / "tests" / "truth").glob("*.sql"))}


@dataclass
class Built:
    """A simulated export and what was built from it."""

    truth: Path
    database: Path
    tables: dict[str, list[str]]  # the columns of each table of a Parquet export


class Builds:
    """Simulates and builds each case when it is first asked for, and keeps its warehouse."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.project = Project(scratch, scratch / "export", max_rejected_share=1)
        self.built: dict[str, Built] = {}

    def of(self, name: str, *arguments: object) -> Built:
        """Return what was built from the export that the simulator's arguments describe."""
        if name not in self.built:
            truth = self.scratch / f"{name} truth"
            where = ("--out", empty(self.project.raw), "--truth", truth)
            assert simulate.main([*map(str, (*where, *arguments)), "--quiet"]) == 0
            self.project.variables["pii_policy"] = "keep" if name in KEPT else "hash"
            self.built[name] = Built(truth, self.build(name), table_columns(self.project.raw))
        return self.built[name]

    def build(self, name: str, *selection: str) -> Path:
        """Build from whatever the export folder holds, and return the path of the warehouse, kept under this name.

        Argument: selection (dbt's options, where not all is wanted).
        """
        return shutil.move(self.project.build_anew(*selection), self.scratch / f"{name}.duckdb")


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """Return the builds of this module."""
    return Builds(tmp_path_factory.mktemp("simulated"))


def table_columns(export: Path) -> dict[str, list[str]]:
    """Return the columns of each table of an export in Parquet, one folder per table."""
    return {path.parent.name: pq.read_schema(path).names for path in export.glob("*/*.parquet")}


def connected(**databases: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with the databases attached under the given names."""
    connection = duckdb.connect()
    for name, path in databases.items():
        connection.execute(f"attach '{path}' as {name} (read_only)")
    return connection


def differences(connection: duckdb.DuckDBPyConnection, expected: str, actual: str) -> list[tuple]:
    """Return some of the rows that only one of two queries gives, and which of them."""
    found = []
    for word, one, other in (("missing", expected, actual), ("unexpected", actual, expected)):
        query = f"select '{word}', * from (({one}) except all ({other})) order by all limit 3"
        found += connection.execute(query).fetchall()
    return found


def mart_query(mart: str, columns: list[str]) -> str:
    """Return the query for a mart's rows in the truth's columns."""
    table = mart if mart.startswith("ops.") else f"marts.{mart}"
    return f"select {', '.join(columns)} from warehouse.{table}"


# The marts against the truth


@pytest.mark.parametrize("mart", TRUTH_OF)
@pytest.mark.parametrize("case", WITH_TRUTH)
def test_mart_says_what_the_simulator_knows(builds, case, mart):
    built = builds.of(case, *CASES[case])
    with connected(warehouse=built.database) as connection:
        for table in built.truth.glob("*.parquet"):
            connection.execute(f"create view {table.stem} as select * from '{table}'")
        expected = TRUTH_OF[mart].read_text(encoding="utf-8")
        columns = [row[0] for row in connection.execute(f"describe {expected}").fetchall()]
        columns = [name for name in columns if case in KEPT or name not in PERSONAL]
        expected = f"select {', '.join(columns)} from ({expected})"
        assert differences(connection, expected, mart_query(mart, columns)) == []


@pytest.mark.parametrize("case", WITH_TRUTH)
def test_every_event_is_counted_once(builds, case):
    built = builds.of(case, *CASES[case])
    with connected(warehouse=built.database) as connection:
        expected = f"select entity, raw_rows, rows_after_dedup from '{built.truth / 'interactions.parquet'}'"
        coverage = "select interaction_type, raw_rows, interactions from warehouse.ops.source_coverage where is_present"
        assert differences(connection, expected, coverage) == []
        counted = "select interaction_type, count(*) from warehouse.marts.fct_interactions group by all"
        assert differences(connection, "select entity, rows_after_dedup from (" + expected + ")", counted) == []


@pytest.mark.long
def test_the_same_history_gives_the_same_marts_in_any_format(builds):
    one, other = (builds.of(case, *CASES[case]) for case in ("parquet", "the parquet case as csv"))
    with connected(one=one.database, other=other.database) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_catalog = 'one' and table_schema = 'marts'"
        ).fetchall()
        assert len(tables) >= 15
        for (mart,) in tables:
            assert differences(connection, f"from one.marts.{mart}", f"from other.marts.{mart}") == [], mart


# Exports with parts missing


@pytest.mark.long
@pytest.mark.parametrize("case", ["thinned 21", "thinned 22"])
def test_any_part_of_an_export_builds_and_the_coverage_says_what_is_missing(builds, case):
    built = builds.of(case, *THINNED[case], "--drop-entities", 0.4, "--drop-columns", 0.3)
    assert 40 < len(built.tables) < 145
    coverage = {row["interaction_type"]: row for row in rows(built.database, "from ops.source_coverage")}
    assert {name for name, row in coverage.items() if row["is_present"]} == set(built.tables)
    for name, entity in entities().items():
        expected = missing_columns(entity, built.tables[name]) if name in built.tables else set()
        assert set(filter(None, (coverage[name]["missing_columns"] or "").split(", "))) == expected, name
        assert coverage[name]["unknown_columns"] is None
        assert coverage[name]["interactions"] <= coverage[name]["raw_rows"]
        assert (coverage[name]["raw_rows"] > 0) == (name in built.tables)


def missing_columns(entity: Entity, attributes: list[str]) -> set[str]:
    """Return the staged columns of an entity whose attributes a table lacks."""
    return {column.name for column in entity.columns if column.attribute not in attributes}


# Values that can't be read


def test_values_that_cannot_be_read_are_kept_by_file_row_and_column(builds):
    export = empty(builds.project.raw)
    header = ["IdempotencyId", "Timestamp", "Version", "SourceSystem", "CustomerJourneyId", "Team"]
    write_csv(export / "EmailSent" / "a.csv", header, [
        ["1", "2024-07-26T09:00:00Z", "1", "2", "journey", "x"],
        ["2", "yesterday", "one", "2", "journey", "x"],
        ["3", "26.07.2024", "2.5", "", "journey", "x"],
        ["4", "", " ", "1.0", "journey", "x"],
    ])  # fmt: skip
    write_csv(export / "EmailSent" / "b.csv", header, [
        ["5", "7/26/2024 3:04:05 PM", "1", "n/a", "journey", "x"],
        ["6", "13/26/2024 3:04:05 PM", "1", "2", "journey", "x"],
    ])  # fmt: skip
    write_csv(export / "smssent.csv", ["IDEMPOTENCYID", "TIMESTAMP"], [["1", "2024-07-26 09:00"], ["2", "soon"]])
    database = builds.build("unreadable", "--select", "+rejected_rows", "+source_coverage", *WHAT_WAS_BUILT)

    found = [
        (Path(row["source_file"]).name, row["row_key"], row["column_name"], row["reason"], row["raw_value"])
        for row in rows(database, "from ops.rejected_rows order by source_file, row_key, column_name")
    ]
    assert found == [
        ("a.csv", "2", "interaction_version", "not a whole number", "xxx"),
        ("a.csv", "2", "occurred_at", "not a timestamp", "xxxxxxxxx"),
        ("a.csv", "3", "interaction_version", "not a whole number", "9.9"),
        ("a.csv", "3", "occurred_at", "not a timestamp", "26.07.2024"),
        ("b.csv", "5", "source_system", "not a whole number", "x/x"),
        ("b.csv", "6", "occurred_at", "not a timestamp", "13/26/2024 3:04:05 PM"),
        ("smssent.csv", "2", "occurred_at", "not a timestamp", "xxxx"),
    ]
    coverage = rows(database, "from ops.source_coverage where is_present order by interaction_type")
    assert [(row["interaction_type"], row["files"], row["interactions"]) for row in coverage] == [
        ("EmailSent", 2, 6),
        ("SmsSent", 1, 2),
    ]
    assert [row["unknown_columns"] for row in coverage] == ["Team", None]


def write_csv(path: Path, header: list[str], lines: list[list[str]]) -> None:
    """Write a CSV file, and its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *lines])
