"""Writes an export into Spark's schema raw: the loader reads it, whatever its files are, and Spark gets Parquet of it.

In a lakehouse the raw tables are there already, and nothing of this is needed.
"""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from cij.loading.loader import can_read_what_is_loaded, load, open_warehouse
from cij.pii_key import key_of
from cij.quoting import sql_name, sql_text

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import SparkSession

# What the loader wrote down of the export, for the models that tell of its files.
LEDGER = ("export_tables", "export_files", "passed_over_files", "rejected_lines")
# What Spark reads as it is. Other times become timestamps, and all else text.
READABLE = {
    "BIGINT", "BLOB", "BOOLEAN", "DATE", "DOUBLE", "FLOAT", "INTEGER", "SMALLINT", "TIMESTAMP",
    "TIMESTAMP WITH TIME ZONE", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT", "VARCHAR",
}  # fmt: skip


def read_export(folder: Path, export: str, passthrough: dict[str, list]) -> tuple[list[str], list[str]]:
    """Read an export into Parquet files, one for each table. Returns the tables' names, and what to tell a person.

    Arguments: folder (an empty one, for the files), export (a folder or an address), passthrough (the setting
    passthrough_columns). Raises ExportError where the export can't be read.
    """
    scratch = folder / "scratch.duckdb"
    warnings = load(scratch, export, passthrough).warnings
    with open_warehouse(scratch) as connection:
        can_read_what_is_loaded(connection)
        tables = [name for (name,) in connection.execute("select table_name from raw.export_tables").fetchall()]
        for name in tables:
            own = ["cij_source_file", "cij_row_number", "cij_schema_generation"]
            columns = [_readable(*column) for column in _columns(connection, name)] + own
            _copy(connection, f"select {', '.join(columns)} from raw.{sql_name(name)}", folder / f"{name}.parquet")
        for name in LEDGER:
            _copy(connection, f"from raw.{name}", folder / f"{name}.parquet")
    scratch.unlink()
    return [*tables, *LEDGER], warnings


def register(session: SparkSession, folder: Path, tables: list[str], secret: str) -> None:
    """Make tables of such files, and the table with the key of personal data.

    Arguments: session, folder (of the files, which stay there), tables (their names), secret (CIJ_PII_SECRET; without
    one the key is a random one).
    """
    session.sql("create schema if not exists raw")
    for name in tables:
        file = str(folder / f"{name}.parquet").replace("\\", "\\\\").replace("'", "\\'")
        session.sql(f"create table raw.`{name}` using parquet location '{file}'")
    key = key_of(secret) if secret else secrets.token_urlsafe(16)
    # Through the API, for what stands in SQL text stands in logs, too.
    session.createDataFrame([(key,)], "pii_key string").coalesce(1).write.saveAsTable("raw.pii_key")


def forget(session: SparkSession, folder: Path) -> None:
    """Drop what an earlier build has registered. Argument: folder (of its files)."""
    session.sql("drop schema if exists raw cascade")
    shutil.rmtree(folder, ignore_errors=True)


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    query = "select column_name, column_type from raw.export_columns where entity = $1"
    return connection.execute(query, [table]).fetchall()


def _readable(name: str, kind: str) -> str:
    """Return a column for Spark. Arguments: name, kind (its type, as DuckDB names it)."""
    if kind in READABLE or kind.startswith("DECIMAL"):
        return sql_name(name)
    readable = "timestamp" if kind.startswith("TIMESTAMP") else "varchar"
    return f"cast({sql_name(name)} as {readable}) as {sql_name(name)}"


def _copy(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    connection.execute(f"copy ({query}) to {sql_text(str(file))} (format parquet, compression zstd)")
