"""The sample, built the way a user builds it: complete, described, right in every mart, and a warehouse that moves."""

import base64
import copy
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
import yaml

import layers
import make_docs
import oracle
from cij.checks import fingerprints
from cij.project import project_file
from test_simulated_exports import connected, differences
from warehouse import KEYS, PROJECT, Project, comments, descriptions, interaction_types, marts, rows, stored

STAGING = PROJECT / "models" / "staging"
REFERENCE = PROJECT / "seeds" / "reference"
STAGED_ENTITY = re.compile(r'\{\{ stage_entity\("(\w+)"\) \}\}\n')


class KnownReasons(Mapping):
    """The reference table of block reasons, looked up as the models do: without case, blanks, hyphens, underscores."""

    def __init__(self, path: Path) -> None:
        self.reasons = oracle.read_reasons(path)

    def __getitem__(self, raw_reason: str):
        return self.reasons[re.sub("[ _-]", "", raw_reason.lower())]

    def __iter__(self):
        return iter(self.reasons)

    def __len__(self) -> int:
        return len(self.reasons)


# The build


def test_the_sample_builds(build, scratch):
    assert build.returncode == 0, build.stderr
    assert str(scratch / "warehouse.duckdb") in build.stdout
    assert build.stderr == ""
    assert [path.name for path in scratch.iterdir() if "building" in path.name] == []


def test_the_warehouse_is_for_its_owner_and_group(warehouse):
    assert warehouse.stat().st_mode & 0o027 == 0


def test_the_file_to_hand_on_holds_the_marts_and_nothing_else(warehouse, scratch):
    published = scratch / "journeys.duckdb"
    assert published.stat().st_mode & 0o777 == 0o440
    query = (
        "select table_schema, table_name, column_name, data_type from information_schema.columns "
        "where table_catalog = '{}' and table_schema in ('marts', 'ops') order by all"
    )
    with connected(warehouse=warehouse, journeys=published) as connection:
        connection.execute("set TimeZone = 'UTC'")
        columns = connection.execute(query.format("journeys")).fetchall()
        assert columns == connection.execute(query.format("warehouse")).fetchall()
        kinds = "select distinct schema_name from duckdb_tables() where database_name = 'journeys' order by all"
        assert connection.execute(kinds).fetchall() == [("marts",), ("ops",)]
        views = "select view_name from duckdb_views() where database_name = 'journeys' and not internal order by all"
        flat = sorted(path.stem for path in PROJECT.glob("models/marts/bi/*.sql"))
        assert connection.execute(views).fetchall() == [(name,) for name in flat]
        for table in sorted({f'{schema}."{name}"' for schema, name, _, _ in columns}):
            assert differences(connection, f"from warehouse.{table}", f"from journeys.{table}") == [], table


def test_marts_match_the_oracle(warehouse):
    merges = oracle.read_merges(PROJECT / "seeds" / "dataverse")
    assert len(merges) > 10
    expected = oracle.expected(
        oracle.read_seeds(PROJECT / "seeds" / "raw"), KnownReasons(REFERENCE / "block_reasons.csv"), merges
    )
    actual = marts(warehouse)
    differences = {mart: oracle.diff(expected[mart], actual[mart], keys) for mart, keys in KEYS.items()}
    assert {mart: lines for mart, lines in differences.items() if lines} == {}


def test_every_entity_is_there_and_nothing_was_rejected(warehouse):
    coverage = rows(warehouse, "from ops.source_coverage")
    assert {row["interaction_type"] for row in coverage} == set(interaction_types())
    assert all(row["is_present"] and row["interactions"] for row in coverage)
    assert [row for row in coverage if row["missing_columns"] or row["unknown_columns"]] == []
    assert rows(warehouse, "from ops.rejected_rows") == []


@pytest.mark.long
def test_a_second_build_over_the_same_database_changes_nothing(warehouse, project, tmp_path):
    again = tmp_path / warehouse.name
    shutil.copyfile(warehouse, again)
    project.database = again
    project.run("build", "--exclude-resource-type", "unit_test")
    tables = rows(warehouse, "select table_name from information_schema.tables where table_schema = 'marts'")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as before (read_only); attach '{again}' as after (read_only)")
        for (mart,) in (row.values() for row in tables):
            before, after = f"from before.marts.{mart}", f"from after.marts.{mart}"
            changed = connection.execute(f"({before} except all {after}) union all ({after} except all {before})")
            assert changed.fetchone() is None, mart


def test_the_warehouse_can_be_renamed_and_attached_under_another_name(warehouse, tmp_path):
    renamed = tmp_path / "reports 2024.duckdb"
    shutil.copyfile(warehouse, renamed)
    count = "select count(*) as interactions from {}marts.fct_interactions"
    built = rows(warehouse, count.format(""))
    assert rows(renamed, count.format("")) == built
    with duckdb.connect() as connection:
        connection.execute(f"attach '{renamed}' as journeys (read_only)")
        assert connection.execute(count.format("journeys.")).fetchall() == [tuple(built[0].values())]


# What tools are told


@pytest.mark.parametrize("file", ["warehouse.duckdb", "journeys.duckdb"])
def test_each_mart_and_column_says_in_the_database_what_its_yaml_does(warehouse, scratch, project, file):
    told = comments(scratch / file)
    assert len(told) > 1200
    assert told == descriptions(project.parsed())


def test_a_description_may_hold_anything(project, tmp_path):
    text = 'it\'s \\ "so"; drop schema marts;\n$$ $1 -- é %s'
    other = Project(tmp_path, raw=None)
    other.manifest = copy.deepcopy(project.parsed())
    node = other.manifest.nodes["model.cij.build_settings"]
    node.description = node.columns["setting_name"].description = text
    other.run("seed", "--select", "path:seeds/reference")
    for _ in range(2):
        other.run("run", "--select", "build_settings")
        told = comments(other.database)
        assert told["ops.build_settings"] == told["ops.build_settings.setting_name"] == text


def test_flat_views_read_marts_alone_and_name_no_catalog(project, warehouse):
    """So they stay whole in a file of the marts, whatever that is called."""
    flat = [node for node in project.nodes("model") if node.config.materialized == "view" and node.schema == "marts"]
    assert len(flat) == len(list(PROJECT.glob("models/marts/bi/*.sql")))
    read = {parent for node in flat for parent in node.depends_on.nodes}
    assert {project.parsed().nodes[parent].schema for parent in read} == {"marts"}
    views = rows(warehouse, "select sql from duckdb_views() where schema_name = 'marts'")
    assert [row for row in views if warehouse.stem in row["sql"]] == []


def test_what_has_no_name_is_shown_by_its_id(warehouse):
    shown = rows(
        warehouse,
        """
        select
            count(*) filter (where journey != journey_id) as named,
            count(*) filter (where journey_step = journey_step_id) as nameless,
            count(*) filter (where journey is null or journey_step is null) as neither
        from marts.bi_journey_steps
        where journey_id is not null
        """,
    )
    assert shown[0]["named"] > 1000 and shown[0]["nameless"] > 100 and shown[0]["neither"] == 0


# The project


def test_one_seed_and_one_staging_model_per_entity(project):
    raw_seeds = [node.name for node in project.nodes("seed") if node.path.startswith("raw/")]
    staged = [node.config.meta["entity"] for node in project.nodes("model") if "entity" in node.config.meta]
    assert len(interaction_types()) == 145
    assert sorted(raw_seeds) == sorted(staged) == sorted(interaction_types())


def test_one_seed_and_one_staging_model_per_table_of_dataverse(project):
    raw_seeds = [node.name for node in project.nodes("seed") if node.path.startswith("dataverse/")]
    staging = [node.config.meta for node in project.nodes("model") if node.schema == "staging"]
    assert sorted(raw_seeds) == sorted(meta["dataverse_table"] for meta in staging if "entity" not in meta)
    assert len(raw_seeds) == 14


def test_every_model_and_column_is_described(project):
    undescribed = [node.name for node in project.nodes("model") if not node.description.strip()]
    undescribed += [
        f"{node.name}.{column.name}"
        for node in project.nodes("model")
        for column in node.columns.values()
        if not column.description.strip()
    ]
    assert undescribed == []


def test_the_site_describes_every_seed_and_macro(project):
    manifest = copy.deepcopy(project.parsed())
    make_docs.describe(manifest)
    assert [
        node.name for node in manifest.nodes.values() if node.resource_type == "seed" and not node.description
    ] == []
    own = [macro for macro in manifest.macros.values() if macro.package_name == "cij"]
    assert len(own) > 300
    assert [macro.name for macro in own if not macro.name.startswith("_") and not macro.description] == []
    assert "Customer Insights" in manifest.docs["doc.cij.__overview__"].block_contents


def test_the_site_draws_the_layers_with_the_numbers_of_the_manifest(project):
    manifest = project.parsed()
    found, edges = layers.layers(manifest)
    mine = [node for node in manifest.nodes.values() if node.package_name == "cij" and node.resource_type != "test"]
    assert {name: layer.folders.total() for name, layer in found.items()} == {
        "sample or export": sum(node.schema == "sample" for node in mine),
        "reference": sum(node.schema == "reference" for node in mine),
        **{name: sum(node.schema == name for node in mine) for name in ("staging", "intermediate")},
        "marts": sum(node.schema == "marts" and not node.name.startswith("bi_") for node in mine),
        "flat views": sum(node.name.startswith("bi_") for node in mine),
        **{name: sum(node.schema == name for node in mine) for name in ("ops", "snapshots")},
    }
    steps = {
        (parent, node.unique_id)
        for node in mine
        if node.schema == "intermediate"
        for parent in node.depends_on.nodes
        if parent in manifest.nodes and manifest.nodes[parent].schema == "staging"
    }
    assert edges["staging", "intermediate"] == tuple(len(set(side)) for side in zip(*steps, strict=True))
    assert not any(source == target for source, target in edges)
    drawing = ElementTree.fromstring(layers.picture(found, edges))
    lines = [group for group in drawing.iter("{http://www.w3.org/2000/svg}g")]
    read = {tuple(int(text.text) for text in line.iter("{http://www.w3.org/2000/svg}text")) for line in lines}
    assert len(lines) == len(edges) and read == set(edges.values())
    drawn = re.search(r"data:image/svg\+xml;base64,([\w+/=]+)\)", layers.overview(manifest))[1]
    assert base64.b64decode(drawn).decode() == layers.picture(found, edges)
    listed = {
        mart.name: [parent.name for parent in parents]
        for of in layers.marts_by_subject(manifest).values()
        for mart, parents in of
    }
    assert listed["agg_journey_runs_daily"] == ["fct_journey_runs"]
    assert set(listed) == {node.name for node in mine if node.schema == "marts"}


def test_every_unit_test_says_the_rule(project):
    assert [test.name for test in project.manifest.unit_tests.values() if not (test.description or "").strip()] == []


@pytest.mark.parametrize("family", sorted(path.name for path in STAGING.iterdir() if path.is_dir()))
def test_staging_mapping_agrees_with_itself(family):
    for sql in (STAGING / family).glob("*.sql"):
        statement = STAGED_ENTITY.fullmatch(sql.read_text(encoding="utf-8"))
        assert statement, f"{sql.name} is more than one call of stage_entity"
        entity = statement[1]
        model = yaml.safe_load(sql.with_suffix(".yml").read_text(encoding="utf-8"))["models"][0]
        assert model["name"] == sql.stem
        assert model["config"]["meta"]["dataverse_table" if family == "dataverse" else "entity"] == entity
        if family == "dataverse":
            continue
        assert sql.stem.removeprefix("stg_cij__").replace("_", "") == entity.lower()
        assert interaction_types()[entity]["interaction_family"] == family


def test_what_decides_stored_rows_is_all_that_dbt_knows_their_tables_to_depend_on(project):
    """A fingerprint goes by the words of the files, which must find no less than dbt does."""
    files, stored_tables = list(fingerprints._files()), fingerprints._stored(project_file()["models"]["cij"])
    named = fingerprints.names_of_loading(files, fingerprints._units(files), stored_tables)
    manifest = project.parsed()
    waiting = [f"model.cij.{name}" for place in stored_tables for name in fingerprints._models_in(place, files)]
    assert len(waiting) > 25
    found = set()
    while waiting:
        id_ = waiting.pop()
        if id_ not in found and id_.split(".")[:2] in (["model", "cij"], ["macro", "cij"]):
            found.add(id_)
            on = (manifest.macros if id_.startswith("macro") else manifest.nodes)[id_].depends_on
            waiting += [*on.macros, *getattr(on, "nodes", [])]
    assert {id_.split(".")[2] for id_ in found} - named == set()


def test_lists_of_names_are_whole(project):
    """dbt knows neither seeds nor models by name while it parses, so two macros list them."""
    nodes = project.parsed().nodes
    seeds = {id_ for id_, node in nodes.items() if node.resource_type == "seed" and node.config.schema == "sample"}
    assert len(seeds) == 145 + 14
    assert seeds <= set(nodes["model.cij.int_source_files"].depends_on.nodes)
    growing = {
        id_ for id_, node in nodes.items()
        if node.resource_type == "model" and node.config.incremental_strategy and node.config.full_refresh is None
    }  # fmt: skip
    assert growing - {"model.cij.rejected_rows"} == set(nodes["model.cij.build_settings"].depends_on.nodes)


# What a command may not replace

OLDER = ("raw.loaded_files", "intermediate.int_email__interactions", "marts.fct_interactions")
LOADED = ("raw.this_load", *OLDER)
PUBLISHED = ("ops.refresh_runs", "marts.fct_interactions")
CLONE = ("clone", "--full-refresh", "--select", "int_email__interactions", "--state", "target")


@pytest.mark.parametrize(
    ("tables", "command", "fault"),
    [
        (OLDER, ("run", "--select", "int_email__interactions"), "was made by an earlier version"),
        (OLDER, ("build", "--full-refresh"), "was made by an earlier version"),
        (LOADED, CLONE, "which a clone would replace"),
        (LOADED, ("build", "--empty"), "--empty: would count the export's files"),
        (PUBLISHED, ("seed",), "is what a refresh publishes to its readers"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_no_command_replaces_what_it_could_not_make_again(project, tmp_path, tables, command, fault):
    other = Project(tmp_path, raw=None)
    with duckdb.connect(str(other.database)) as connection:
        for table in tables:
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(f"create table {table} as select 1 as kept")
    before = stored(other.database)
    with pytest.raises(AssertionError, match=fault):
        other.run(*(str(project.documents()) if word == "target" else word for word in command))
    assert stored(other.database) == before


@pytest.mark.long
def test_a_retry_is_refused_too(project, tmp_path):
    project.parsed()
    other = Project(tmp_path, raw=None)
    with pytest.raises(AssertionError, match="int_email__interactions"):
        other.run("run", "--select", "int_email__interactions", "--write-json")
    with duckdb.connect(str(other.database)) as connection:
        connection.execute("create schema if not exists raw; create table raw.loaded_files as select 1 as kept")
    before = stored(other.database)
    with pytest.raises(AssertionError, match="was made by an earlier version"):
        other.run("retry", "--state", str(tmp_path / "target"))
    assert stored(other.database) == before
