"""What columns a reader gives, and what several readers give together."""

from __future__ import annotations

import re

import duckdb

from cij.loading.listing import SourceFile, unreadable
from cij.quoting import sql_name

NUMBERS = re.compile(r"^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|^(FLOAT|DOUBLE|DECIMAL.*)$")
TIMES = re.compile("^(DATE|TIMESTAMP.*)$")


def columns_of(connection, reader: str, file: SourceFile, fault: str) -> list[tuple[str, str]]:
    """Return name and type of a reader's columns. Raises ExportError that names the file."""
    try:
        return [row[:2] for row in connection.execute(f"describe select * from {reader}").fetchall()]
    except duckdb.Error as error:
        raise unreadable(file, fault) from error


def mixed_columns(files: list[SourceFile]) -> set[tuple[str, str]]:
    """Return table and column, in lower case, of what files of a table give types that DuckDB can't read as one.

    A number and a date, say. Text beside a number or a time is read as text, but text beside a struct as a struct.
    """
    kinds: dict[tuple[str, str], set[str]] = {}
    for file in files:
        for name, kind in file.columns:
            together = "number" if NUMBERS.match(kind) else "time" if TIMES.match(kind) else kind
            kinds.setdefault((file.table, name.lower()), set()).add(together)
    simple = {"number", "time", "BOOLEAN", "VARCHAR"}
    return {
        column for column, found in kinds.items() if len(found) > 1 and not ("VARCHAR" in found and found <= simple)
    }


def united(connection, schemas: list[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """Return the columns of a union by name, with the types that DuckDB finds for those that differ."""
    names: dict[bytes, str] = {}
    kinds: dict[bytes, dict[str, None]] = {}
    for schema in {id(schema): schema for schema in schemas}.values():
        for name, kind in schema:
            # DuckDB takes only A to Z for the same as a to z.
            key = name.encode().lower()
            names.setdefault(key, name)
            kinds.setdefault(key, {})[kind] = None
    # A select for each type of the column that has most of them: one for each file would take a time that grows as the
    # square of their number.
    selects = [
        ", ".join(
            f"cast(null as {list(found)[min(number, len(found) - 1)]}) as {sql_name(names[key])}"
            for key, found in kinds.items()
        )
        for number in range(max(map(len, kinds.values()), default=0))
    ]
    if len(selects) < 2:
        return [(name, next(iter(kinds[key]))) for key, name in names.items()]
    described = "describe select " + " union all select ".join(selects)
    return [row[:2] for row in connection.execute(described).fetchall()]
