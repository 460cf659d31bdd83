"""What a database holds, and why it can't be opened."""

from __future__ import annotations

import duckdb


def has_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str, database: str | None = None) -> bool:
    """Return whether a table is there. Argument: database (attached under this name; None = any that is)."""
    query = """
        select count(*) > 0 from duckdb_tables()
        where schema_name = $1 and table_name = $2 and database_name = coalesce($3, database_name)
    """
    return connection.execute(query, [schema, table, database]).fetchone()[0]


def is_open_elsewhere(error: duckdb.Error) -> bool:
    """Return whether a file could not be opened because another process has it open."""
    return "lock" in str(error).lower()
