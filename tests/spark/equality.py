"""Compares every mart and every table of ops that two engines have built of the same data."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from cij.quoting import sql_name, sql_text

# What DuckDB's types are on Spark, as DuckDB reads them from Spark's files.
TYPES = {"JSON": "VARCHAR", "TIMESTAMP": ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE")}
# Columns that tell of the run's own clock.
CLOCK = {"source_coverage": {"hours_since_last_event", "is_stale"}}


def differences(database: Path, files: dict[tuple[str, str], str], compared_tables: Collection[str] = ()) -> list[str]:
    """Say what differs, a line for each table: columns, their types, and rows, both ways.

    Arguments: database (DuckDB's warehouse), files ((schema, table) -> pattern of the Parquet files that Spark wrote),
    compared_tables (names; all that DuckDB's warehouse has if none).
    Doubles count as equal where nine digits are, or both are next to nothing.
    """
    found = []
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {sql_text(str(database))} as built (read_only)")
        for schema, table in tables_of(connection):
            if compared_tables and table not in compared_tables:
                continue
            name = f"{schema}.{table}"
            if (schema, table) not in files:
                found.append(f"{name}: Spark has no such table")
                continue
            spark = f"read_parquet({sql_text(files[schema, table])})"
            expected, given = columns_of(connection, f"built.{name}"), columns_of(connection, spark)
            if expected.keys() != given.keys():
                found.append(f"{name}: other columns, {sorted(expected.keys() ^ given.keys())}")
                continue
            types = [f"{c} {kind} but {given[c]}" for c, kind in expected.items() if not same_type(kind, given[c])]
            if types:
                found.append(f"{name}: other types, {', '.join(types)}")
            compared = {column: kind for column, kind in expected.items() if column not in CLOCK.get(table, ())}
            found += different_rows(connection, name, spark, compared)
    return found


def tables_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return schema and name of all that readers see, views too."""
    query = """
        select table_schema, table_name from information_schema.tables
        where table_catalog = 'built' and table_schema in ('marts', 'ops') order by all
    """
    return connection.execute(query).fetchall()


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Return the types of a relation's columns by name."""
    return {row[0]: row[1] for row in connection.execute(f"describe select * from {relation}").fetchall()}


def same_type(expected: str, given: str) -> bool:
    """Return whether a column of Spark's has the type that stands there for DuckDB's."""
    return given == expected or given in TYPES.get(expected, ())


def different_rows(connection, name: str, spark: str, columns: dict[str, str]) -> list[str]:
    """Say how many rows only one engine has, with the columns in which they differ."""
    ours, theirs = (
        f"select {', '.join(comparable(column, kind) for column, kind in columns.items())} from {relation}"
        for relation in (f"built.{name}", spark)
    )
    counts = [
        connection.execute(f"select count(*) from ({one} except all {other})").fetchone()[0]
        for one, other in ((ours, theirs), (theirs, ours))
    ]
    if counts == [0, 0]:
        return []
    blamed = [
        column
        for column, kind in columns.items()
        if connection.execute(
            f"select count(*) from (select {comparable(column, kind)} from built.{name} except all "
            f"select {comparable(column, kind)} from {spark})"
        ).fetchone()[0]
    ]
    return [
        f"{name}: {counts[0]} rows are DuckDB's alone, {counts[1]} Spark's; by {', '.join(blamed) or 'combination'}"
    ]


def comparable(column: str, kind: str) -> str:
    """Return a column as it can be compared: of a double the first nine digits."""
    name = sql_name(column)
    if kind == "DOUBLE":
        return f"case when abs({name}) < 1e-12 then '0' else printf('%.9g', {name}::double) end as {name}"
    return f"{name}::{'VARCHAR' if kind == 'JSON' else kind} as {name}"
