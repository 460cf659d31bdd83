"""The queries of dashboard and report: SQL files with bound parameters, whose metrics come from the semantic layer.

A file may call, between {{ }}, the macros of SHARED and of queries/macros.jinja, and metric(). Nothing from outside
ever becomes part of the text: values are bound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import duckdb
import jinja2
import yaml

from cij.project import PROJECT

FOLDER = PROJECT / "dashboards" / "queries"
SHARED = ("rate.sql", "engine/profile_bucket.sql")  # below macros/
MARTS = PROJECT / "models" / "marts"
# A line of a query that says which column of a mart tells what one of its own means.
MEANT = re.compile(r"^-- (\w+) means (\w+)$", re.MULTILINE)
RELATION = re.compile(r"\b(marts|ops)\.(\w+)")
CHANNELS_HAVE_IT = re.compile(r"__(has_\w+)'")


@dataclass(frozen=True)
class Query:
    """A query of a file.

    Fields: name, sql, parameters (their names), relations (schema and name, in the order of reading), meant (which
    column of a relation tells what a column of the query means).
    """

    name: str
    sql: str
    parameters: frozenset[str]
    relations: tuple[tuple[str, str], ...]
    meant: dict[str, str]


@cache
def query(name: str) -> Query:
    """Return the query of a file, by its name without ending. Raises jinja2.TemplateNotFound where there is none."""
    sql = _environment().get_template(f"{name}.sql").render()
    statements = duckdb.extract_statements(sql)
    if len(statements) != 1:
        raise ValueError(f"{FOLDER / name}.sql: has to be one statement")
    relations = tuple(dict.fromkeys(RELATION.findall(sql)))
    return Query(name, sql, frozenset(statements[0].named_parameters), relations, dict(MEANT.findall(sql)))


def metric(name: str) -> str:
    """Return the SQL of a metric over rows of its mart, joined to dim_channels where only some channels have it.

    Argument: name (as in the YAML of the marts). Raises KeyError where there is no such metric.
    """
    found = _semantic_layer()["metrics"][name]
    parameters = found["type_params"]
    applicable = f" filter (where {applies(name)})" if applies(name) else ""
    if found["type"] == "simple":
        return _measure(parameters["measure"], applicable)
    counts = {part["name"] for part in parameters["metrics"]}
    # A metric's expression names other metrics, which are sums of a measure each.
    return re.sub(
        r"\w+", lambda word: _measure(word[0], applicable) if word[0] in counts else word[0], parameters["expr"]
    )


def applies(name: str) -> str | None:
    """Return the column of dim_channels that says which channels have a metric; None where all have it."""
    found = CHANNELS_HAVE_IT.search(_semantic_layer()["metrics"][name].get("filter") or "")
    return found[1] if found else None


def metric_words(name: str) -> tuple[str, str]:
    """Return the label and the description of a metric. Raises KeyError where there is no such metric."""
    found = _semantic_layer()["metrics"][name]
    return found["label"], found["description"]


def _measure(name: str, applicable: str) -> str:
    measure = _semantic_layer()["measures"][name]
    if measure["agg"] != "sum":
        raise ValueError(f"measure {name}: only sums are known here")
    return f"cast(sum({measure.get('expr', name)}){applicable} as bigint)"


@cache
def _semantic_layer() -> dict[str, dict[str, dict]]:
    """Return metrics and measures by name, of all marts that have any."""
    found: dict[str, dict[str, dict]] = {"metrics": {}, "measures": {}}
    for file in sorted(MARTS.rglob("agg_*.yml")):
        text = file.read_text(encoding="utf-8")
        if "\nmetrics:" not in text:
            continue
        content = yaml.safe_load(text)
        found["metrics"] |= {one["name"]: one for one in content["metrics"]}
        measures = [measure for model in content["semantic_models"] for measure in model["measures"]]
        found["measures"] |= {one["name"]: one for one in measures}
    return found


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader([FOLDER, PROJECT / "macros"])
    environment = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.globals |= {"metric": metric, "applies": applies}
    # dbt lets a model call the project's macros without importing them, and so do we.
    for file in (*SHARED, "macros.jinja"):
        environment.globals |= vars(environment.get_template(file).module)
    return environment
