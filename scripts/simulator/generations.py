"""The generation of the schema that rows are written in: 1.1, the older 1.0, or both in a tenant that switched.

`schema_1_0.csv` says what 1.0 lacks of an entity's columns and has beside them. It lacks three everywhere. It names the
person in other columns, and keeps all states of a journey in one table and all states of a step in another.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from .schema import Entity
from .tenant import WINDOW

CURRENT, OLD, BOTH = GENERATIONS = ("1.1", "1.0", "both")
ALWAYS_LACKING = {"IdempotencyId", "ProfileId", "ProfileType"}
# Columns that 1.0 has under another name: that name -> the one in 1.1. EmailBounced has its category under both.
RENAMED = {
    "EntityId": "ProfileId",
    "EntityName": "ProfileType",
    "Category": "BounceCategory",
    "Reason": "BounceReason",
}
ENTITY_NAMES = {"contact": "contact", "lead": "lead", "ci profile": "msdynci_customerprofile"}
MERGED = ("ActionEvent", "JourneyEvent")  # the tables that hold several entities, told apart by a status
SWITCH = (WINDOW[0] + WINDOW[1]) // 2  # before it a tenant wrote 1.0, from it on 1.1,
OVERLAP = 43 * 86400  # and so long before and after it, half of the rows in both: about a tenth of all rows


@dataclass(frozen=True)
class OldSchema:
    """How 1.0 keeps an entity: in which `table`, and its columns, each with the column that the value comes from."""

    table: str
    sources: dict[str, str]

    def carries(self, column: str) -> bool:
        """Return whether the values of a column of 1.1 are known to 1.0."""
        return column in self.sources.values()


@dataclass(frozen=True)
class Writing:
    """One way in which the rows of an entity are written: the `table`, what its files are called, and the rows."""

    table: str
    label: str
    rows: Callable[[pa.Table], pa.Table]


@cache
def _differences() -> dict[str, tuple[set[str], list[str]]]:
    """Return what 1.0 lacks and what it has beside the columns of 1.1, by its tables."""
    with Path(__file__).with_name("schema_1_0.csv").open(encoding="utf-8", newline="") as file:
        return {row["entity"]: (set(row["lacks"].split()), row["has"].split()) for row in csv.DictReader(file)}


def _table_of(entity: str) -> str:
    return next((table for table in MERGED if entity.startswith(table)), entity)


def old_schema(entity: Entity) -> OldSchema | None:
    """Return how 1.0 keeps an entity of 1.1, or None where it does not know it."""
    table = _table_of(entity.name)
    if table not in _differences():
        return None
    lacking, added = _differences()[table]
    kept = {column: column for column in entity.columns if column not in lacking | ALWAYS_LACKING}
    return OldSchema(table, kept | {column: RENAMED.get(column, column) for column in added})


def columns_beside(entity: Entity, generation: str) -> list[str]:
    """Return the columns that only 1.0 has, where a `generation` with it is to be written."""
    old = old_schema(entity) if generation != CURRENT else None
    return [source for source in dict.fromkeys(old.sources.values()) if source not in entity.columns] if old else []


def writings(entity: Entity, generation: str, *, as_known: bool = False) -> list[Writing]:
    """Return the ways in which the rows of `entity` are written in a `generation`; none where it does not know them.

    `as_known`: in the columns of 1.1, but only with what the generation can tell.
    """
    old = old_schema(entity)
    current = list(entity.columns)
    if generation == CURRENT or (generation == BOTH and not old):
        return [Writing(entity.name, "", lambda table: table)]
    if not old:
        return []
    if as_known:
        lost = [column for column in current if not old.carries(column)]
        if generation == OLD:
            return [Writing(entity.name, "", lambda table: table.drop_columns(lost))]
        return [Writing(entity.name, "", lambda table: _without(table, lost, ~_is_current(table)))]
    beside = columns_beside(entity, generation)
    label = f"-{entity.name.removeprefix(old.table)}".lower().rstrip("-")
    if generation == OLD:
        return [Writing(old.table, label, lambda table: _renamed(table, entity, old))]
    return [
        Writing(old.table, label or "-old", lambda table: _renamed(_where(table, _is_old(table)), entity, old)),
        Writing(entity.name, "", lambda table: _where(table, _is_current(table)).drop_columns(beside)),
    ]


def _seconds(table: pa.Table) -> np.ndarray:
    return table["Timestamp"].combine_chunks().cast(pa.int64()).to_numpy() // 1_000_000


def _is_doubled(at: np.ndarray) -> np.ndarray:
    """Return which rows both generations have: those in every second second around the switch."""
    return (abs(at - SWITCH) < OVERLAP) & (at % 2 == 0)


def _is_old(table: pa.Table) -> np.ndarray:
    at = _seconds(table)
    return (at < SWITCH) | _is_doubled(at)


def _is_current(table: pa.Table) -> np.ndarray:
    at = _seconds(table)
    return (at >= SWITCH) | _is_doubled(at)


def _where(table: pa.Table, chosen: np.ndarray) -> pa.Table:
    return table if chosen.all() else table.filter(pa.array(chosen))


def _without(table: pa.Table, columns: list[str], chosen: np.ndarray) -> pa.Table:
    """Return `table` with null in these `columns` of the rows that are `chosen`."""
    rows = pa.array(np.arange(len(table)), mask=chosen)
    for column in columns:
        position = table.column_names.index(column)
        table = table.set_column(position, table.schema.field(position), table.column(position).take(rows))
    return table


def _renamed(table: pa.Table, entity: Entity, old: OldSchema) -> pa.Table:
    """Return the rows of `table` in the columns of 1.0, and those that the tenant added."""
    ours = set(entity.columns) | set(old.sources.values())
    added = [column for column in table.column_names if column not in ours]
    names = [*old.sources, *added]
    values = [_old_value(table, name, old.sources.get(name, name)) for name in names]
    return pa.Table.from_arrays(values, names=names)


def _old_value(table: pa.Table, name: str, source: str) -> pa.Array:
    values = table[source].combine_chunks()
    if name != "EntityName":
        return values
    named = [ENTITY_NAMES[kind.lower()] for kind in values.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(values.indices, pa.array(named, pa.string()))
