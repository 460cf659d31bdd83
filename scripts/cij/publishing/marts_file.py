"""Makes a file of the marts alone out of a warehouse, for those who may not see the rows that it was made of."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from cij.catalog import comment_on, is_open_elsewhere
from cij.disk import sync
from cij.publishing.building_place import PlaceError
from cij.publishing.generations import FINISHED_MODE, Generations
from cij.quoting import sql_name, sql_text

SCHEMAS = ("marts", "ops")
# Of the catalog that is attached under a name. Views read these tables alone and name no catalog: their SQL makes them
# anew, after the tables.
RELATIONS = """
    with relations as (
        select schema_name, table_name, null as view_sql, comment
        from duckdb_tables() where database_name = $1 and not internal
        union all
        select schema_name, view_name, sql, comment from duckdb_views() where database_name = $1 and not internal
    ),

    commented_columns as (
        select schema_name, table_name, map_from_entries(list((column_name, comment) order by column_index)) as comments
        from duckdb_columns() where database_name = $1 and comment is not null
        group by all
    )

    select schema_name, table_name, view_sql, comment, coalesce(comments, map {})
    from relations
    left join commented_columns using (schema_name, table_name)
    order by view_sql nulls first, schema_name, table_name
"""


def check_not_published(file: Path, name: str) -> None:
    """Raise PlaceError where refreshes publish a file. Arguments: file, name (of the option that asked for it)."""
    place = Generations(file).place
    if place.exists():
        raise PlaceError(f"{file}: what refreshes publish, out of {place}; choose another {name}")


def check_marts_file(file: Path, database: Path) -> None:
    """Raise PlaceError where a build must not put the marts of a warehouse into a file."""
    check_not_published(file, "PUBLISH")
    if not file.exists():
        return
    if database.exists() and file.samefile(database):
        raise PlaceError(f"{file}: the warehouse itself; PUBLISH must be another file than DB")
    with duckdb.connect() as connection:
        try:
            connection.execute(f"attach {sql_text(file)} as there (type duckdb, read_only)")
        except duckdb.Error as error:
            if is_open_elsewhere(error):
                raise PlaceError(f"{file}: open for writing in another process; close it there") from error
            raise PlaceError(f"{file}: not a DuckDB database; move it away or choose another PUBLISH") from error
        others = [f"{schema}.{name}" for schema, name, *_ in _relations(connection, "there") if schema not in SCHEMAS]
    if others:
        raise PlaceError(f"{file}: holds more than marts, such as {others[0]}; move it away or choose another PUBLISH")


def write_marts_file(warehouse: Path, file: Path) -> None:
    """Copy the schemas marts and ops of a finished warehouse, with the comments on them, into a new file."""
    settings = {
        "preserve_insertion_order": False, "memory_limit": os.environ.get("CIJ_MEMORY_LIMIT", "3GB"),
        "temp_directory": f"{file}.tmp",
    }  # fmt: skip
    with duckdb.connect(config=settings) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {sql_text(warehouse)} as source (type duckdb, read_only)")
        connection.execute(f"attach {sql_text(file)} as alone (type duckdb, storage_version 'v1.4.0')")
        connection.execute("use alone")
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        for schema, name, view_sql, comment, columns in _relations(connection, "source"):
            if schema in SCHEMAS:
                of = f"{schema}.{sql_name(name)}"
                connection.execute(view_sql or f"create table {of} as from source.{of}")
                kind = "view" if view_sql else "table"
                comment_on(connection, kind, of, comment, columns)
        connection.execute("use memory; detach alone")
    file.chmod(FINISHED_MODE & file.stat().st_mode)
    sync(file)


def _relations(
    connection: duckdb.DuckDBPyConnection, catalog: str
) -> list[tuple[str, str, str | None, str | None, dict[str, str]]]:
    """Return each table and view: schema, name, SQL of a view, comment, and the comments of its columns by name."""
    return connection.execute(RELATIONS, [catalog]).fetchall()
