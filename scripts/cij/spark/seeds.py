"""Writes the project's seeds into Spark as tables.

dbt-spark's own way of doing that in a local session turns a cell without a value into the text None and doesn't escape
quotes (1.11.0), so it is left out there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cij.project import PROJECT

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What stands for a type of the seeds' YAML in Spark.
TYPES = {"varchar": "string"}


def write_seeds(session: SparkSession, nodes: Iterable) -> int:
    """Write seeds as tables, in the place of those that are there. Returns how many.

    Argument: nodes (the seeds' nodes in dbt's manifest, with schema, alias, original_file_path and column_types).
    """
    written = 0
    for node in nodes:
        names, rows = cells_of(PROJECT / node.original_file_path)
        types = {name: TYPES.get(kind, kind) for name, kind in node.config.column_types.items()}
        texts = session.createDataFrame(rows, ", ".join(f"`{name}` string" for name in names))
        typed = texts.selectExpr(*[f"cast(`{name}` as {types.get(name, 'string')}) as `{name}`" for name in names])
        session.sql(f"create schema if not exists `{node.schema}`")
        typed.coalesce(1).write.mode("overwrite").saveAsTable(f"`{node.schema}`.`{node.alias}`")
        written += 1
    return written


def cells_of(file: Path) -> tuple[list[str], list[tuple[str | None, ...]]]:
    """Return the names and the rows of a CSV file; an empty cell is null."""
    with file.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        names = next(reader)
        return names, [tuple(cell or None for cell in row) for row in reader]
