"""Shows the sample, which dbt puts into schema `sample`, in schema raw as a load shows an export."""

from __future__ import annotations

from pathlib import Path

from cij.loading.loader import open_warehouse
from cij.project import PROJECT
from cij.quoting import sql_name, sql_text


def show_sample(database: Path) -> None:
    """Make a view in schema raw for each table of the sample. Argument: database (in which dbt has built it)."""
    files = {path.stem: str(path.relative_to(PROJECT)) for path in (PROJECT / "seeds").rglob("*.csv")}
    with open_warehouse(database) as connection:
        connection.execute("create schema if not exists raw")
        there = connection.execute("select table_name from duckdb_tables() where schema_name = 'sample'").fetchall()
        for (name,) in there:
            connection.execute(f"""
                create or replace view raw.{sql_name(name)} as
                select
                    *,
                    {sql_text(files[name])} as cij_source_file,
                    rowid as cij_row_number,
                    '1.1' as cij_schema_generation,
                    cast(1 as bigint) as cij_load_number
                from sample.{sql_name(name)}
            """)
