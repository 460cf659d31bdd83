"""What every mart owes its readers: an example that runs, and a home for each of the 145 entities."""

import re

import duckdb
import pytest

import er_diagram
from warehouse import PROJECT, interaction_types, rows


def mart_nodes(project) -> dict:
    """Return the models of the schema marts, by name."""
    return {node.name: node for node in project.nodes("model") if node.schema == "marts"}


def test_every_mart_answers_its_example_question(project, warehouse):
    wrong = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for name, node in mart_nodes(project).items():
            example = node.config.meta.get("example") or {}
            if not example.get("question", "").endswith("?"):
                wrong[name] = "has no example question"
            elif f"marts.{name}" not in example["query"]:
                wrong[name] = "the example asks another mart"
            elif not connection.execute(example["query"]).fetchall():
                wrong[name] = "the example finds nothing in the sample"
    assert wrong == {}


def test_the_diagram_in_the_guide_is_the_projects():
    assert er_diagram.diagram(er_diagram.marts()) in readme("docs/data-model.md")


def test_the_readmes_show_what_the_sample_gives(warehouse):
    first_queries = re.findall(
        r'warehouse\.sql\("""\n(.*?)"""\)\.show\(\)\n```\n\n```\n(.*?)\n```',
        readme("README.md") + readme("docs/data-model.md"),
        re.DOTALL,
    )
    traps = re.findall(r"-- (?:wrong|right): ([\d.]+)\n(.*?;)", readme("models/marts/README.md"), re.DOTALL)
    assert len(first_queries) >= 2
    assert len(traps) >= 20
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for query, shown in first_queries:
            assert str(connection.sql(query)).strip() == shown.strip()
        for shown, query in traps:
            decimals = len(shown.partition(".")[2])
            assert f"{connection.execute(query).fetchone()[0]:.{decimals}f}" == shown, query


def test_the_table_of_rates_is_what_the_marts_do(warehouse):
    table = readme("models/marts/README.md").partition("| rate | arithmetic | channels |")[2].partition("\n\n")[0]
    stated = re.findall(r"^\| `(\w+)` \| (\w+) / (\w+) \| ([\w, ]+) \|$", table, re.MULTILINE)
    columns = [row["column_name"] for row in rows(warehouse, "describe marts.agg_channel_engagement_daily")]
    assert {name for name, *_ in stated} == {name for name in columns if name.endswith("_rate")}
    channels = rows(warehouse, "from marts.dim_channels")
    for name, part, whole, where in stated:
        having = {row["channel"] for row in channels if row.get(f"has_{name}", True)}
        assert having == ({row["channel"] for row in channels} if where == "all" else set(where.split(", "))), name
        wrong = f"""
            from marts.agg_channel_engagement_daily
            where {name} is distinct from case when channel in {tuple(sorted(having | {""}))} and {whole} > 0
                then least({part} / {whole}, 1) end
        """
        assert rows(warehouse, wrong) == [], name


def readme(path: str) -> str:
    """Return the text of a README."""
    return (PROJECT / path).read_text(encoding="utf-8")


# Homes


def homes() -> dict[str, str]:
    """Return the mart that the reference names for each entity."""
    return {name: row["home_mart"] for name, row in interaction_types().items()}


class Lineage:
    """What the models are made of, and their SQL run over hand-picked interactions."""

    def __init__(self, project, warehouse) -> None:
        results = project.run("compile", "--select", "path:models/intermediate", "path:models/marts")
        self.models = {result.node.unique_id: result.node for result in results if result.node.resource_type == "model"}
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{warehouse}' as sample (read_only); attach ':memory:' as warehouse")
        self.connection.execute("create schema warehouse.intermediate; create schema warehouse.marts")
        self.connection.execute("create schema warehouse.reference")
        for (seed,) in self.connection.execute(
            "select table_name from information_schema.tables "
            "where table_catalog = 'sample' and table_schema = 'reference'"
        ).fetchall():
            self.connection.execute(f"create table warehouse.reference.{seed} as from sample.reference.{seed}")
        for node in self.models.values():
            if self.entities_of(node) or self.is_about_records(node):
                self.connection.execute(
                    f"create table warehouse.intermediate.{node.name} as from sample.intermediate.{node.name}"
                    f"{'' if self.is_about_records(node) else ' limit 0'}"
                )
        self.without_interactions: dict[str, str | None] = {}
        self.viewed: set[str] = {
            identity for identity, node in self.models.items() if self.entities_of(node) or self.is_about_records(node)
        }

    @staticmethod
    def is_about_records(node) -> bool:
        """Return whether a model holds records of Dataverse or people, which belong to no interaction type."""
        return node.name.startswith(("int_dataverse__", "int_erased__", "int_replaced__"))

    @staticmethod
    def entities_of(node) -> set[str]:
        """Return the staging models that a family table unites; none for other models."""
        is_family = node.schema == "intermediate" and node.name.endswith("__interactions")
        return {parent for parent in node.depends_on.nodes if "stg_cij__" in parent} if is_family else set()

    def family_of(self, staging_model: str):
        """Return the family table that unites a staging model."""
        return next(node for node in self.models.values() if staging_model in self.entities_of(node))

    def descendants(self, identity: str) -> set[str]:
        """Return the names of all models that are made of a model."""
        found, waiting = set(), {identity}
        while waiting:
            waiting = {child for child, node in self.models.items() if waiting & set(node.depends_on.nodes)} - found
            found |= waiting
        return {self.models[child].name for child in found}

    def view(self, identity: str) -> None:
        """Make a model, and what it is made of, as views."""
        if identity in self.viewed or identity not in self.models:
            return
        self.viewed.add(identity)
        node = self.models[identity]
        for parent in node.depends_on.nodes:
            self.view(parent)
        self.connection.execute(f"create view warehouse.{node.schema}.{node.name} as {node.compiled_code}")

    def speaks_of(self, mart, entity: str, family: str) -> bool:
        """Return whether a mart has rows of an entity alone, or others when it joins the rest of its family."""
        self.view(mart.unique_id)
        if mart.name not in self.without_interactions:
            self.without_interactions[mart.name] = self.rows_of(mart.name)
        is_entity = f"interaction_type = '{entity}'"
        if self.rows_of(mart.name, family, is_entity) != self.without_interactions[mart.name]:
            return True
        return self.rows_of(mart.name, family, f"not {is_entity}") != self.rows_of(mart.name, family, "true")

    def rows_of(self, mart: str, family: str | None = None, chosen: str = "false") -> str | None:
        """Return what tells a mart's rows from others, with the chosen interactions of a family and no others."""
        table = f"intermediate.{family}"
        if family:
            self.connection.execute(f"insert into warehouse.{table} from sample.{table} where {chosen}")
        (found,) = self.connection.execute(
            "select md5(string_agg(row_text, '' order by row_text)) "
            f"from (select t::varchar as row_text from warehouse.marts.{mart} as t)"
        ).fetchone()
        if family:
            self.connection.execute(f"delete from warehouse.{table}")
        return found


@pytest.fixture(scope="module")
def lineage(project, warehouse):
    """Return the lineage of the project, with the sample at hand."""
    return Lineage(project, warehouse)


def test_every_entity_has_a_home_beside_fct_interactions(project, lineage):
    marts = mart_nodes(project)
    staged = {
        node.config.meta["entity"]: node.unique_id for node in project.nodes("model") if "entity" in node.config.meta
    }
    assert set(homes()) == set(staged)
    homeless = {}
    for entity, home in homes().items():
        family = lineage.family_of(staged[entity])
        if home == "fct_interactions" or home not in marts:
            homeless[entity] = f"names no home: {home!r}"
        elif home not in lineage.descendants(family.unique_id):
            homeless[entity] = f"{home} is not made of {family.name}"
        elif not lineage.speaks_of(marts[home], entity, family.name):
            homeless[entity] = f"leaves no trace in {home}"
    assert homeless == {}


def test_the_types_dimension_tells_the_home(warehouse):
    told = rows(warehouse, "select interaction_type, home_mart from marts.dim_interaction_types")
    assert {row["interaction_type"]: row["home_mart"] for row in told} == homes()
