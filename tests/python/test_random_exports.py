"""Any export gives exactly the rows that the contract says: random exports against an independent computation."""

import itertools

import duckdb
import pytest

import oracle
from random_export import FORMATS, LAYOUTS, make_export, write_export
from warehouse import KEYS, Project, empty, marts, rows

SEEDS = range(1, 7)
# Other formats are in the simulated and the damaged exports, too.
SHORT = (1,)
CASES = [
    pytest.param(seed, fmt, layout, marks=[pytest.mark.long] * (seed not in SHORT))
    for seed, fmt, layout in zip(SEEDS, itertools.cycle(FORMATS), LAYOUTS, strict=False)
]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The project over an export folder whose content changes from case to case."""
    scratch = tmp_path_factory.mktemp("random")
    return Project(scratch, scratch / "export", max_rejected_share=1)


@pytest.mark.parametrize(("seed", "fmt", "layout"), CASES)
def test_marts_match_the_oracle(project, seed, fmt, layout):
    export = empty(project.raw)
    written = write_export(make_export(seed), export, fmt, layout, seed=seed)
    expected = oracle.expected(written)
    database = project.build_anew()

    actual = marts(database)
    differences = {mart: oracle.diff(expected[mart], actual[mart], keys) for mart, keys in KEYS.items()}
    assert {mart: lines for mart, lines in differences.items() if lines} == {}

    rejected = rows(
        database,
        "select interaction_type as entity, column_name as column, cast(sum(rejected_values) as bigint) as count "
        "from ops.rejected_rows group by all",
    )
    assert oracle.diff(expected["rejected"], rejected, ["entity", "column"]) == []
    present = {row["interaction_type"] for row in rows(database, "from ops.source_coverage where is_present")}
    assert present == set(written)


def test_unit_tests_pass(project):
    """They need tables of any content, whose columns they look up."""
    if not project.database.exists():
        write_export(make_export(SHORT[0]), empty(project.raw), FORMATS[0], LAYOUTS[0], seed=SHORT[0])
        project.build_anew()
    results = project.run("test", "--select", "test_type:unit")
    assert len(results) >= 141


@pytest.mark.long
def test_events_that_state_nothing_but_their_message_find_their_sends(project):
    """Nothing tells 300,000 sends apart but their time: to look at each of them for each open would never end."""
    export = empty(project.raw)
    for entity, seconds in (("EmailSent", 0), ("EmailOpened", 30)):
        (export / entity).mkdir()
        duckdb.sql(
            f"select '{entity}' || i as IdempotencyId, 'm' as MessageId, "
            f"timestamp '2024-07-26' + to_seconds(60 * i + {seconds}) as Timestamp from range(300_000) as rows (i)"
        ).write_parquet(str(export / entity / "1.parquet"))
    database = project.build_anew()
    counted = (
        "select count(*), max(attempt), min(opens), max(opens), max(seconds_to_open) from marts.fct_channel_engagement"
    )
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute(counted).fetchone() == (300_000, 300_000, 1, 1, 30)
