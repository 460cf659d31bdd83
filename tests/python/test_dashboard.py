"""The dashboard's own tests, where its environment is there; and its queries, which need none."""

import re
import subprocess
from pathlib import Path

import duckdb
import pytest
import yaml

from cij.reporting.definitions import comments, definition
from cij.reporting.queries import FOLDER, MARTS, metric, query
from cij.reporting.reader import Reader
from warehouse import PROJECT, rows

PYTHON = PROJECT / ".dashboard" / "bin" / "python"
QUERIES = sorted(path.stem for path in FOLDER.glob("*.sql"))
# Words of the query itself, which no mart has a column for.
OWN_WORDS = {"id", "label", "page", "finding", "known_tables", "last_day", "has_refresh_runs"}
FILTERS = ["from_date", "to_date", "organizations", "channels", "journeys", "units", "engines"]
VALUES = dict.fromkeys([*FILTERS, "journey_version", "journey_key", "person"]) | {
    "step": "month", "kind": "browser", "exit_level": "run", "window_days": 7,
}  # fmt: skip


@pytest.mark.skipif(
    not (PYTHON.parent.parent / ".tests-installed").exists(),
    reason="make dashboard-test sets up the dashboard and tests it",
)
def test_the_dashboard(build, scratch):
    assert build.returncode == 0, build.stderr
    command = [PYTHON, "-m", "pytest", "-c", "tests/dashboard/pytest.ini", "tests/dashboard"]
    done = subprocess.run(
        [*command, f"--sample={scratch / 'journeys.duckdb'}"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-5000:]


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_runs_and_each_of_its_columns_has_a_meaning(warehouse, name):
    if name == "refresh_runs":
        pytest.skip("only what a refresh publishes has that table; test_report.py asks it")
    asked = query(name)
    assert asked.parameters <= VALUES.keys()
    with Reader(Path(warehouse)) as reader:
        columns, _ = reader.run(asked, VALUES)
        said = comments(reader)
    unknown = {column for column in columns if not column.startswith("has_") and not definition(asked, column, said)}
    assert unknown <= OWN_WORDS


def test_a_query_reads_marts_and_ops_alone_and_writes_nothing():
    for name in QUERIES:
        asked = query(name)
        (statement,) = duckdb.extract_statements(asked.sql)
        assert statement.type == duckdb.StatementType.SELECT, name
        read = set(re.findall(r"(?<!distinct )\b(?:from|join)\s+(\w+\.\w+)", asked.sql))
        assert {relation.partition(".")[0] for relation in read} <= {"marts", "ops"}, name


def test_each_metric_over_one_row_is_that_rows_column(warehouse):
    content = yaml.safe_load((MARTS / "engagement" / "agg_channel_engagement_daily.yml").read_text("utf-8"))
    names = [one["name"] for one in content["metrics"]]
    assert "open_rate" in names
    selected = ", ".join(f"{metric(name)} is not distinct from any_value(daily.{name}) as {name}" for name in names)
    (equal,) = rows(
        warehouse,
        f"""
        select {", ".join(f"bool_and({name}) as {name}" for name in names)}
        from (
            select {selected}
            from marts.agg_channel_engagement_daily as daily
            inner join marts.dim_channels using (channel)
            group by daily.channel_engagement_daily_key
        )
        """,
    )
    assert {name for name, is_equal in equal.items() if not is_equal} == set()


def test_names_are_found_where_no_organization_is_stated():
    assert [name for name in QUERIES if "organization_id = " in query(name).sql] == []
