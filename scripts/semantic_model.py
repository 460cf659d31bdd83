"""Writes the marts for modelling tools, as one document of Open Semantic Interchange: tables, relationships, metrics.

Made of what dbt knows of the project. The metrics are those of the document that dbt itself writes, osi_document.json,
with the mart before each column; its relationships are left out, as some join facts that share a journey.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import sqlglot
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from metricflow.converters.models import OSIDocument
from sqlglot import exp

import er_diagram
from cij.project import PROJECT

# How metrics write a column of the dimension that says which rates a channel has.
OF_CHANNEL = "message_channel__"
TYPES = {
    "varchar": "String", "bigint": "Integer", "integer": "Integer", "double": "Float", "boolean": "Boolean",
    "date": "Date", "timestamp": "DateTime",
}  # fmt: skip


def main() -> int:
    """Run the command line. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", metavar="FILE", type=Path, help="the file to write, instead of printing")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as target:
        options = ["--quiet", "--log-level-file", "none", "--project-dir", str(PROJECT), "--target-path", target]
        result = dbtRunner().invoke(["parse", *options, "--profiles-dir", str(PROJECT / "profiles")])
        if not result.success:
            print(f"error: dbt can't read the project: {result.exception or 'see above'}", file=sys.stderr)
            return 1
        text = document(result.result, Path(target)).to_osi_json(indent=1, ensure_ascii=False) + "\n"
    if not arguments.write:
        print(text, end="")
        return 0
    try:
        arguments.write.write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"error: {arguments.write}: can't be written ({error.strerror}); choose another file", file=sys.stderr)
        return 2
    return 0


def document(manifest: Manifest, target: Path) -> OSIDocument:
    """Return the document. Arguments: manifest, target (the folder that dbt wrote its own document to)."""
    of_dbt = OSIDocument.parse_file(target / "osi_document.json").semantic_model[0]
    marts = {node.name: node for node in manifest.nodes.values() if node.fqn[1:2] == ["marts"] and node.columns}
    yaml_of = er_diagram.marts()
    model = {
        "name": "customer_insights_journeys",
        "datasets": [dataset(node, er_diagram.primary_key(yaml_of[name]["columns"])) for name, node in marts.items()],
        "relationships": relationships({name: yaml for name, yaml in yaml_of.items() if not name.startswith("bi_")}),
        "metrics": [
            {
                "name": metric.name,
                "expression": expression(qualified(manifest, metric.name, metric.expression.dialects[0].expression)),
                "description": f"{manifest.metrics[f'metric.cij.{metric.name}'].label}: {metric.description}",
            }
            for metric in of_dbt.metrics
        ],
    }
    return OSIDocument.parse_obj({"dialects": ["ANSI_SQL"], "semantic_model": [model]})


def dataset(node, key: str | None) -> dict:
    """Return a mart as a dataset. Arguments: node (of the manifest), key (column that identifies its rows)."""
    return {
        "name": node.name,
        "source": f"{node.schema}.{node.name}",
        "primary_key": [key] if key else None,
        "description": node.description,
        "fields": [
            {
                "name": column.name,
                "expression": expression(column.name),
                "dimension": {"is_time": column.data_type in ("date", "timestamp")},
                "datatype": TYPES[column.data_type],
                "description": column.description,
            }
            for column in node.columns.values()
        ],
    }


def relationships(yaml_of: dict[str, dict]) -> list[dict]:
    """Return how marts point to others, each to one row at most: by its key, or by organization and id."""
    found = []
    for name, column, target in er_diagram.links(yaml_of):
        is_key = column == er_diagram.primary_key(yaml_of[target]["columns"])
        columns = [column] if is_key else ["organization_id", column]
        if set(columns) <= {each["name"] for each in yaml_of[name]["columns"]}:
            ends = {"from": name, "to": target, "from_columns": columns, "to_columns": columns}
            found.append({"name": f"{name}__{target}"} | ends)
    return found


def qualified(manifest: Manifest, metric: str, text: str) -> str:
    """Return a metric's SQL with the mart before each column. Arguments: manifest, metric (name), text (dbt's SQL)."""
    mart = mart_of(manifest, f"metric.cij.{metric}")
    tree = sqlglot.parse_one(text, dialect="duckdb")
    for column in tree.find_all(exp.Column):
        of_channel = column.name.startswith(OF_CHANNEL)
        name = column.name.removeprefix(OF_CHANNEL)
        column.replace(exp.column(name, table="dim_channels" if of_channel else mart))
    return tree.sql(dialect="duckdb")


def mart_of(manifest: Manifest, node: str) -> str:
    """Return the name of the mart that a metric counts. Argument: node (id of a metric or of what it is made of)."""
    if node.startswith("model."):
        return manifest.nodes[node].name
    within = manifest.metrics if node.startswith("metric.") else manifest.semantic_models
    return mart_of(manifest, within[node].depends_on.nodes[0])


def expression(sql: str) -> dict:
    """Return SQL as the document holds it."""
    return {"dialects": [{"dialect": "ANSI_SQL", "expression": sql}]}


if __name__ == "__main__":
    sys.exit(main())
