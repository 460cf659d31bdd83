"""Reads the headers of CSV files, and has those repaired that DuckDB can't read or would misread."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from cij.loading.column_names import trimmed
from cij.loading.csv_repair import (
    NOT_VALID,
    Damaged,
    UnreadableCsvError,
    begins_twice,
    first_row,
    header_of,
    is_blank,
    needs_repair,
    packed_too_far,
    repair,
)
from cij.loading.limits import check_columns, most_unpacked
from cij.loading.listing import SourceFile, path_value, unreadable
from cij.loading.schemas import columns_of
from cij.quoting import sql_name, sql_text, sql_texts
from cij.storage import is_remote

# The dialect is stated, not guessed: a sniffer would take a broken quote for another dialect.
CSV_DIALECT = (
    "all_varchar = true, header = true, skip = 0, delim = ',', quote = '\"', escape = '\"', "
    "nullstr = ['', 'NULL', '\\N'], allow_quoted_nulls = false, comment = '', hive_partitioning = false"
)


class Repairs:
    """The CSV files that were repaired, in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rejects = folder / "rejected_lines.csv"
        self.good: dict[str, Path] = {}
        self.by_table: dict[str, list[str]] = {}

    def repair(self, file: SourceFile, attributes: Collection[str]) -> Path:
        """Repair a file and return the path of its good rows. Raises ExportError where none can be saved."""
        good = self.folder / f"{len(self.good)}.csv"
        values = {name: path_value(file.path, place) for name, place in file.path_columns.items()}
        try:
            repair(Damaged(file.path, file.table, attributes, values), good, self.rejects)
        except UnreadableCsvError as error:
            raise unreadable(file, str(error)) from error
        file.is_repaired = True
        self.good[file.path] = good
        self.by_table.setdefault(file.table, []).append(str(good))
        return good


def read_csv_schemas(connection, files: list[SourceFile], attributes: Collection[str], repairs: Repairs) -> None:
    """Note the columns of each CSV file of a table, and repair those that are damaged.

    Arguments: connection, files, attributes (the table's, in lower case), repairs. Raises ExportError where a file
    can't be read and nothing of it be saved.
    """
    filled = [file for file in files if file.bytes and not is_blank(file.path, file.bytes)]
    headers = {file.path: _header(connection, file) for file in filled}
    for path, header in headers.items():
        check_columns(path, len(header))
    damaged = {file.path: file for file in filled if _needs_repair(connection, file)}
    whole = [file for file in filled if file.path not in damaged]
    odd = _paths_of_odd(connection, {file.path: headers[file.path] for file in whole}, attributes)
    damaged |= {file.path: file for file in whole if file.path in odd}
    for file in damaged.values():
        if _only_duckdb_opens(file) and odd.get(file.path):
            raise unreadable(file, "a header or a byte order mark in its middle, where files were put together")
        good = repairs.repair(file, attributes)
        if not _is_valid_csv(connection, [str(good)]):
            raise unreadable(file, NOT_VALID)
    for file in filled:
        path = str(repairs.good.get(file.path, file.path))
        columns = columns_of(connection, f"read_csv({sql_text(path)}, {CSV_DIALECT})", file, "not readable as CSV")
        file.columns = columns[:-1] if file.is_repaired else columns  # without cij_source_file


def _paths_of_odd(connection, headers: dict[str, list[str]], attributes: Collection[str]) -> dict[str, bool]:
    """Return the paths of CSV files that DuckDB can't read, or would misread: True for those that begin anew within.

    A row that begins with the name of a column, or with a byte order mark, is no row: files were put together.
    Arguments: headers (the columns of each file), attributes (of their table, in lower case).
    """
    odd: dict[str, bool] = {}
    groups: dict[tuple, list[str]] = {}
    for path, header in headers.items():
        groups.setdefault(tuple(header[:2]), []).append(path)
    for paths in groups.values():
        names = {trimmed(name) for path in paths for name in headers[path]} | set(attributes)
        names |= {spelled for name in names for spelled in (name.lower(), name.upper())}
        names |= {name for path in paths for name in headers[path]}
        try:
            odd |= dict.fromkeys(_files_that_begin_anew(connection, paths, names), True)
        except duckdb.Error:
            for path in paths:
                try:
                    odd |= dict.fromkeys(_files_that_begin_anew(connection, [path], names), True)
                except duckdb.Error:
                    odd[path] = False
    return odd


def _files_that_begin_anew(connection, paths: list[str], names: Collection[str]) -> list[str]:
    """Return the CSV files in which a row begins with one of some names. All are read: DuckDB proves them readable."""
    described = connection.execute(f"describe select * from read_csv({sql_text(paths[0])}, {CSV_DIALECT})").fetchall()
    found = " or ".join(
        f"{sql_name(name)} in ({', '.join(map(sql_text, sorted(names)))})" for name, *_ in described[:2]
    )
    mark = f"{sql_name(described[0][0])} between chr(65279) and chr(65280)"
    query = f"""
        select distinct cij_source_file
        from read_csv({sql_texts(paths)}, union_by_name = true, filename = 'cij_source_file', {CSV_DIALECT})
        where {found} or {mark}
    """
    return [path for (path,) in connection.execute(query).fetchall()]


def _header(connection, file: SourceFile) -> list[str]:
    """Return the columns that a CSV file's first row names; none where that can't be told."""
    try:
        if not _only_duckdb_opens(file):
            return header_of(file.path)
        lines = connection.execute(
            "select coalesce(line, '') || chr(10) from read_csv($1, auto_detect = false, columns = {'line': 'varchar'}"
            ", header = false, delim = '\x01\x02\x03\x04', quote = '', escape = '')",
            [file.path],
        )
        return first_row(lambda _: (lines.fetchone() or ("",))[0])
    except UnreadableCsvError as error:
        raise unreadable(file, str(error)) from error
    except duckdb.Error as error:
        raise unreadable(file, NOT_VALID) from error


def _only_duckdb_opens(file: SourceFile) -> bool:
    return is_remote(file.path) or file.path.lower().endswith(".zst")


def _needs_repair(connection, file: SourceFile) -> bool:
    """Return whether DuckDB can't read a CSV file, or would misread it. Raises ExportError where it holds too much."""
    try:
        if not _only_duckdb_opens(file):
            return begins_twice(file.path) or needs_repair(file.path)
        if file.path.lower().endswith((".gz", ".zst")) and _holds_too_much(connection, file):
            raise unreadable(file, packed_too_far(file.bytes))
    except UnreadableCsvError as error:
        raise unreadable(file, str(error)) from error
    except duckdb.Error:
        return True
    return False


def _holds_too_much(connection, file: SourceFile) -> bool:
    """Return whether a packed CSV file holds more than its size can explain; no more than that is read of it."""
    query = f"""
        select 1 from (
            select sum(len([*columns(*)]) + strlen(concat_ws('', *columns(*)))) over (rows unbounded preceding) as bytes
            from read_csv($1, {CSV_DIALECT})
        ) as rows_so_far where bytes > $2 limit 1
    """
    return bool(connection.execute(query, [file.path, most_unpacked(file.bytes)]).fetchall())


def _is_valid_csv(connection, paths: list[str]) -> bool:
    try:
        connection.execute(
            f"select count(*) from read_csv({sql_texts(paths)}, union_by_name = true, {CSV_DIALECT})"
        ).fetchall()
    except duckdb.Error:
        return False
    return True
