"""Reads the schemas of Parquet files."""

from __future__ import annotations

import duckdb

from cij.loading.limits import ParquetLimits, check_columns
from cij.loading.listing import SourceFile, unreadable
from cij.loading.schemas import columns_of
from cij.quoting import sql_text, sql_texts


def read_parquet_schemas(connection, files: list[SourceFile], limits: ParquetLimits) -> None:
    """Note the columns of each Parquet file. Raises ExportError where one can't be read, or holds too much."""
    try:
        schemas = _parquet_schemas(connection, files, limits)
    except duckdb.Error:
        schemas = {}
        for file in files:
            try:
                schemas |= _parquet_schemas(connection, [file], limits)
            except duckdb.Error as error:
                raise unreadable(file, "not readable as Parquet") from error
    described: dict[str, list[tuple[str, str]]] = {}
    for file in files:
        schema = repr(schemas.get(file.path, file.path))
        if schema not in described:
            reader = f"read_parquet({sql_text(file.path)}, hive_partitioning = false)"
            described[schema] = columns_of(connection, reader, file, "not readable as Parquet")
        file.columns = described[schema]


def _parquet_schemas(connection, files: list[SourceFile], limits: ParquetLimits) -> dict[str, list]:
    """Return what tells the columns of Parquet files, by path. Raises ExportError where they hold too much."""
    if not files:
        return {}
    paths = [file.path for file in files]
    query = f"""
        select file_name, list((name, type, converted_type, logical_type)) as columns
        from parquet_schema({sql_texts(paths)}) where num_children is null group by file_name
    """
    schemas = dict(connection.execute(query).fetchall())
    for path, columns in schemas.items():
        check_columns(path, len(columns))
    limits.check(connection, paths)
    return schemas
