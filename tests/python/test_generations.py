"""One simulated history in every format and generation of the schema: the marts must be the same, row for row."""

import shutil
from pathlib import Path

import pytest

import simulate
from test_simulated_exports import connected, differences
from warehouse import Project, empty

HISTORY = ("--rows", 4000, "--seed", 5, "--names")
# Exports that must agree with the first of their group. Schema 1.0 can't tell all that 1.1 can, so what it tells is
# compared with an export of 1.1 that holds no more.
GROUPS = {
    "the whole history": {
        "parquet": (),
        "delta": ("--format", "delta"),
        "outbound": ("--layout", "outbound"),
        "text": ("--text", "--us-dates", "--layout", "nested"),
    },
    "what 1.0 knows": {
        "1.1": ("--as-known-to", "1.0"),
        "1.0": ("--generation", "1.0"),
        "1.0 outbound": ("--generation", "1.0", "--layout", "outbound"),
    },
    "what a tenant knows that switched": {
        "1.1": ("--as-known-to", "both"),
        "both": ("--generation", "both"),
    },
}
LONG = ("text", "outbound", "delta", "1.0", "1.0 outbound", "both")
PAIRS = [
    pytest.param(group, other, marks=[pytest.mark.long] * (other in LONG))
    for group, exports in GROUPS.items()
    for other in list(exports)[1:]
]


class Histories:
    """Simulates and builds each export when it is first asked for, and keeps its warehouse."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.project = Project(scratch, scratch / "export")

    def of(self, group: str, export: str) -> Path:
        """Return the warehouse of an export."""
        kept = self.scratch / f"{group} {export}.duckdb"
        if not kept.exists():
            arguments = ("--out", empty(self.project.raw), *HISTORY, *GROUPS[group][export], "--quiet")
            assert simulate.main([*map(str, arguments)]) == 0
            shutil.move(self.project.build_anew(), kept)
        return kept


@pytest.fixture(scope="module")
def histories(tmp_path_factory):
    """Return the warehouses of this module."""
    return Histories(tmp_path_factory.mktemp("generations"))


@pytest.mark.parametrize(("group", "export"), PAIRS)
def test_the_same_history_gives_the_same_marts(histories, group, export):
    one, other = histories.of(group, next(iter(GROUPS[group]))), histories.of(group, export)
    with connected(one=one, other=other) as connection:
        marts = connection.execute(
            "select table_name from information_schema.tables where table_catalog = 'one' and table_schema = 'marts'"
        ).fetchall()
        assert len(marts) > 40
        # Something must have happened in most of them, or nothing was compared.
        filled = [mart for (mart,) in marts if connection.execute(f"select 1 from one.marts.{mart} limit 1").fetchone()]
        assert len(filled) > 30
        for (mart,) in marts:
            assert differences(connection, f"from one.marts.{mart}", f"from other.marts.{mart}") == [], mart


@pytest.mark.long
def test_coverage_names_the_generation(histories):
    with connected(warehouse=histories.of("what a tenant knows that switched", "both")) as connection:
        generations = dict(
            connection.execute(
                "select interaction_type, schema_generation from warehouse.ops.source_coverage where is_present"
            ).fetchall()
        )
    assert generations["EmailSent"] == generations["JourneyEventInflow"] == "1.0, 1.1"
    assert generations["GoalEvent"] == "1.1"
