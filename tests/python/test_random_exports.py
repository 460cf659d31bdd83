"""Any export gives exactly the rows that the contract says: random exports against an independent computation."""

import itertools

import oracle
import pytest
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
