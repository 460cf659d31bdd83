"""Asks DuckDB and Spark for rows: the project's macros and models over small tables of a test's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

import engines
from cij.project import PROJECT

# A table's columns, name and type as DuckDB names it, and its rows.
Table = tuple[str, Sequence[tuple]]


def ask_for_rows(queries: Mapping[str, str], tables: Mapping[str, Table]) -> dict[str, dict[str, list[tuple]]]:
    """Run queries over tables. Returns {engine: {name: rows}}, rows in one order.

    Arguments: queries (name -> a select with Jinja), tables (name -> columns and rows; JSON is given as text).
    """
    answers = {}
    for engine, (target, ansi) in engines.ENGINES.items():
        rendered = engines._rendered(target, queries)
        answers[engine] = _from_duckdb(rendered, tables) if ansi is None else _from_spark(rendered, tables, ansi)
    return answers


def model(name: str, **relations: str) -> str:
    """Return the SQL of a model, with Jinja, that reads other relations.

    Arguments: name, relations (the macro in an expression's braces -> what stands in its place). What the model refers
    to are relations called the_<name>, latest records included.
    """
    (file,) = (PROJECT / "models").rglob(f"{name}.sql")
    text = re.sub(r'{{ latest_records\(ref\("(\w+)"\), "\w+"\) }}', r"select * from the_\1", file.read_text("utf-8"))
    for expression, relation in relations.items():
        text = re.sub(r"{{ " + expression + r"\(.*?\) }}", relation, text, flags=re.DOTALL)
    return re.sub(r'{{ ref\("(\w+)"\) }}', r"the_\1", text)


def _from_duckdb(queries: Mapping[str, str], tables: Mapping[str, Table]) -> dict[str, list[tuple]]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, (columns, rows) in tables.items():
            connection.execute(f"create table {name} ({columns})")
            places = ", ".join("?" * len(columns.split(",")))
            connection.begin()
            connection.executemany(f"insert into {name} values ({places})", rows)
            connection.commit()
        return {name: sorted(connection.sql(sql).fetchall(), key=repr) for name, sql in queries.items()}


def _from_spark(queries: Mapping[str, str], tables: Mapping[str, Table], ansi: str) -> dict[str, list[tuple]]:
    session = engines.spark_session()
    for setting, value in {
        "spark.sql.ansi.enabled": ansi,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.analyzer.maxIterations": "400",
    }.items():
        session.conf.set(setting, value)
    for name, (columns, rows) in tables.items():
        types = re.sub("varchar|json", "string", columns)
        session.createDataFrame(rows, types).coalesce(1).createOrReplaceTempView(name)
    return {name: sorted((tuple(row) for row in session.sql(sql).collect()), key=repr) for name, sql in queries.items()}
