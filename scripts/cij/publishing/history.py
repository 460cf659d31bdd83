"""Takes over from a warehouse that is replaced what no file can give again: what snapshots kept, and the random key."""

from __future__ import annotations

import os
from pathlib import Path

from cij.catalog import has_table
from cij.loading.loader import open_warehouse
from cij.pii_key import SECRET_NAME
from cij.quoting import sql_name, sql_text

TABLES = """
    select schema_name, table_name from duckdb_tables()
    where database_name = 'before' and (schema_name = 'snapshots' or (schema_name = 'raw' and table_name = 'pii_key'))
    order by all
"""


def take_over_history(before: Path | None, warehouse: Path) -> None:
    """Copy into a new warehouse what the one before it has kept. Arguments: before (None = there is none), warehouse.

    The key is taken over unless the environment gives a secret. The sample has no history: what snapshots kept of it
    must not get into that of an export.
    """
    if before is None or not before.exists():
        return
    with open_warehouse(warehouse) as connection:
        connection.execute(f"attach {sql_text(before)} as before (read_only)")
        is_wanted = {
            "raw": not os.environ.get(SECRET_NAME),
            "snapshots": has_table(connection, "raw", "loaded_files", database="before"),
        }
        for schema, table in connection.execute(TABLES).fetchall():
            if not is_wanted[schema]:
                continue
            connection.execute(f"create schema if not exists {schema}")
            name = f"{schema}.{sql_name(table)}"
            connection.execute(f"create table {name} as from before.{name}")
        connection.execute("detach before")
