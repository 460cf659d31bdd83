"""Searches what the project left behind for a person: every byte of every file, and every value of every table."""

import contextlib
import uuid
from pathlib import Path

import duckdb


def is_in(content: bytes, lower: bytes, value: str) -> bool:
    """Return whether a text stands in bytes, in any letter case, as UTF-8 or UTF-16; an id also bare, or as a number.

    Arguments: content, lower (the same in lower case), value.
    """
    texts, numbers = {value.lower()}, set()
    with contextlib.suppress(ValueError):
        number = uuid.UUID(value)
        texts.add(number.hex)
        # The last is how DuckDB stores the type uuid: as a signed number.
        numbers = {number.bytes, number.bytes_le, (number.int ^ (1 << 127)).to_bytes(16, "little")}
    # Without the last byte, which is a zero, UTF-16 is the same in either order of bytes.
    encoded = {text.encode() for text in texts} | {text.encode("utf-16-le")[:-1] for text in texts}
    return any(each in lower for each in encoded) or any(number in content for number in numbers)


def files_below(*folders: Path) -> list[Path]:
    """Return all files below some folders."""
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def bytes_found(files: list[Path], values: list[str]) -> dict[str, set[str]]:
    """Return which of some values stand in the bytes of files, by file."""
    found = {}
    for file in files:
        content = file.read_bytes()
        lower = content.lower()
        found[str(file)] = {value for value in values if is_in(content, lower, value)}
    return {file: values for file, values in found.items() if values}


def values_found(files: list[Path], values: list[str]) -> dict[str, set[str]]:
    """Return which of some values stand in tables of databases and Parquet files, however stored there, by table."""
    found = {}
    for file in files:
        with duckdb.connect() as connection:
            for name, source in _tables(connection, file).items():
                rows = f"(select replace(lower(cast(t as varchar)), '-', '') as row from {source} as t)"
                conditions = ", ".join("bool_or(contains(row, ?))" for _ in values)
                told = connection.execute(f"select {conditions} from {rows}", [*map(_plain, values)])
                hit = {value for value, is_there in zip(values, told.fetchone(), strict=True) if is_there}
                if hit:
                    found[f"{file} {name}"] = hit
    return found


def unused_parts(file: Path) -> dict[str, int]:
    """Return what a database file holds beside its tables: free blocks, and rows that were deleted, by table."""
    with duckdb.connect() as connection:
        tables = _tables(connection, file)
        free = connection.execute("select free_blocks from pragma_database_size() where database_name = 'f'").fetchone()
        found = {"free blocks": free[0]}
        for name, source in tables.items():
            stored = f"""
                select coalesce(sum(count), 0) from pragma_storage_info('{source}')
                where column_id = 0 and segment_type != 'VALIDITY'
            """
            (rows,) = connection.execute(f"select count(*) from {source}").fetchone()
            found[name] = connection.execute(stored).fetchone()[0] - rows
    return {name: number for name, number in found.items() if number}


def _plain(value: str) -> str:
    return value.lower().replace("-", "")


def _tables(connection: duckdb.DuckDBPyConnection, file: Path) -> dict[str, str]:
    """Return a file's tables, name -> what to select from; empty for files of other kinds."""
    text = str(file).replace("'", "''")
    if file.suffix == ".parquet":
        return {file.stem: f"read_parquet('{text}')"}
    if file.suffix != ".duckdb":
        return {}
    connection.execute(f"attach '{text}' as f (read_only)")
    tables = connection.execute("select schema_name, table_name from duckdb_tables() where database_name = 'f'")
    return {f"{schema}.{table}": f'f."{schema}"."{table}"' for schema, table in tables.fetchall()}
