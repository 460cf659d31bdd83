"""The tables that an export may hold, as the YAML of the staging models describes them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from cij.project import PROJECT

STAGING = PROJECT / "models" / "staging"


@dataclass(frozen=True)
class Table:
    """A table, and the staging model that reads it, `model`.

    `columns` are those of its YAML: the raw attributes that each may come from, in lower case, and its data type, by
    name. `is_entity` tells one of the 145 entities from a table of Dataverse.
    `split_table` and `split_by` are there for one entity of each table of schema 1.0 that holds what 1.1 keeps in one
    table per status: that table, and its column for the status. A status is the rest of the entity's name.
    """

    name: str
    model: str
    is_entity: bool
    columns: dict[str, tuple[list[str], str]]
    split_table: str | None
    split_by: str | None


def staged_tables() -> dict[str, Table]:
    """Return what the staging models read, by name."""
    return {table.name: table for table in _tables()}


def known_tables(passthrough: dict[str, list] | None = None) -> dict[str, dict]:
    """Return what an export may hold: table in lower case -> name, attributes, times and split_by (see inspect_export).

    Argument: passthrough (the setting passthrough_columns; dbt refuses what can't be asked for).
    """
    asked = passthrough if isinstance(passthrough, dict) else {}
    added = {name.lower(): items for name, items in asked.items() if isinstance(items, list)}
    known, tables = {}, _tables()
    for table in tables:
        attributes = [attribute for sources, _ in table.columns.values() for attribute in sources]
        times = [each for sources, data_type in table.columns.values() if data_type == "timestamp" for each in sources]
        for item in added.get(table.name.lower(), []):
            if isinstance(item, dict) and item.get("data_type") == "timestamp":
                times.append(str(item.get("name")).lower())
        known[table.name.lower()] = {"name": table.name, "attributes": attributes, "times": times}
    for table in tables:
        if table.split_table:
            of_table = {"name": table.split_table, "split_by": table.split_by}
            known[table.split_table.lower()] = known[table.name.lower()] | of_table
    return known


def known_names() -> list[str]:
    """Return the names of all tables that an export may hold."""
    return [entry["name"] for entry in known_tables().values()]


def split_table_of(entity: str, tables: dict[str, Table]) -> str | None:
    """Return the table of schema 1.0 that holds an entity's rows among others, or None.

    Arguments: entity, tables (staged_tables()).
    """
    found = (table.split_table for table in tables.values() if table.split_table)
    return next((table for table in found if entity.startswith(table) and entity != table), None)


@functools.cache
def _tables() -> list[Table]:
    return list(_read())


def _read() -> Iterator[Table]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(STAGING.glob("*/*.yml")):
        for model in yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["models"]:
            meta = model["config"]["meta"]
            columns = {column["name"]: (_attributes(column), column["data_type"]) for column in model["columns"]}
            yield Table(
                meta.get("entity") or meta["dataverse_table"], model["name"], "entity" in meta, columns,
                meta.get("split_table"), meta.get("split_by"),
            )  # fmt: skip


def _attributes(column: dict) -> list[str]:
    """Return the raw attributes that a staging column may come from: what its YAML says, else its name's letters."""
    source = column.get("config", {}).get("meta", {}).get("source") or re.sub("_", "", column["name"])
    return [name.lower() for name in ([source] if isinstance(source, str) else source)]
