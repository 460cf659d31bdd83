"""What a figure means: the comment of its column in the file, else what the YAML of its mart says."""

from __future__ import annotations

import re
from functools import cache

import jinja2
import yaml

from cij.project import PROJECT
from cij.reporting.queries import Query
from cij.reporting.reader import Reader

MODELS = PROJECT / "models"
DOC_BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
COMMENTS = """
    select schema_name, table_name, column_name, comment
    from duckdb_columns()
    where schema_name in ('marts', 'ops') and comment is not null
    union all
    select schema_name, table_name, '', comment
    from duckdb_tables()
    where schema_name in ('marts', 'ops') and comment is not null
"""

# Schema, relation and column ('' for the relation itself): what it means.
Comments = dict[tuple[str, str, str], str]


def comments(reader: Reader) -> Comments:
    """Return what a warehouse says of its relations and columns. Raises UnreadableError."""
    _, rows = reader.select(COMMENTS)
    return {(schema, relation, column): comment for schema, relation, column, comment in rows}


def definition(query: Query, column: str, said: Comments) -> str | None:
    """Return what a column of a query means: that of the first relation it reads with a column of this name.

    Arguments: query, column, said (what the warehouse itself says). Returns None where no relation has one.
    """
    column = query.meant.get(column, column)
    for schema, relation in query.relations:
        meaning = said.get((schema, relation, column)) or _described(relation).get(column)
        if meaning:
            return meaning
    return None


def grain(query: Query, said: Comments) -> str | None:
    """Return what one row of the first relation stands for that a query reads."""
    schema, relation = query.relations[0]
    return said.get((schema, relation, "")) or _described(relation).get("")


@cache
def _described(relation: str) -> dict[str, str]:
    """Return the descriptions that the YAML of a model gives; that of the model itself under ''."""
    for file in MODELS.rglob(f"{relation}.yml"):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for model in content.get("models", []):
            if model["name"] == relation:
                described = {column["name"]: column.get("description", "") for column in model.get("columns", [])}
                described[""] = model.get("description", "")
                return {name: _rendered(text) for name, text in described.items()}
    return {}


def _rendered(description: str) -> str:
    text = jinja2.Template(description).render(doc=lambda *name: _doc_blocks()[name[-1]])
    return " ".join(text.split())


@cache
def _doc_blocks() -> dict[str, str]:
    return {
        name: text
        for file in MODELS.rglob("*.md")
        for name, text in DOC_BLOCK.findall(file.read_text(encoding="utf-8"))
    }
