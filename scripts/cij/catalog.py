"""What a database holds and says of it, and why it can't be opened."""

from __future__ import annotations

import duckdb

from cij.quoting import sql_name, sql_text


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


def comment_on(
    connection: duckdb.DuckDBPyConnection, kind: str, relation: str, comment: str | None, columns: dict[str, str]
) -> None:
    """Describe a relation and its columns in the database.

    Arguments: kind (table or view), relation (SQL), comment (None leaves it without), columns (name -> comment).
    """
    # DuckDB binds no parameters here.
    statements = [f"comment on {kind} {relation} is {sql_text(comment)}"] if comment is not None else []
    statements += [
        f"comment on column {relation}.{sql_name(name)} is {sql_text(text)}" for name, text in columns.items()
    ]
    connection.execute(";".join(statements))
