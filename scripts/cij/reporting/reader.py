"""Reads a warehouse that others may replace or build at any time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from cij.catalog import is_open_elsewhere
from cij.confinement import confine
from cij.reporting.queries import Query


class UnreadableError(Exception):
    """The warehouse can't be read; the message names the file and says what to do."""


class Reader:
    """A connection to a warehouse, read-only, opened at the first query and closed at the end of a `with`.

    Argument: file. Raises UnreadableError, here and in every method.
    """

    def __init__(self, file: Path):
        self.file = file
        self._connection: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file, so that a build may replace it."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def run(self, query: Query, values: Mapping[str, object]) -> tuple[list[str], list[tuple]]:
        """Return the names of the columns, and the rows. Argument: values (of parameters; others may be among them)."""
        return self.select(query.sql, {name: values[name] for name in query.parameters})

    def select(self, sql: str, values: Mapping[str, object] | None = None) -> tuple[list[str], list[tuple]]:
        """Return the names of the columns, and the rows, of SQL that stands in this project."""
        try:
            found = self._opened().execute(sql, dict(values or {}))
            return [column[0] for column in found.description], found.fetchall()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise UnreadableError(
                f"{self.file}: lacks a table or column that this version of the project has; build or refresh it anew"
            ) from error
        except duckdb.Error as error:
            raise UnreadableError(f"{self.file}: {type(error).__name__} while reading; is the file damaged?") from error

    def _opened(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            try:
                self._connection = duckdb.connect(str(self.file), read_only=True)
                # What a file holds may be anybody's: nothing in it may reach other files or the network.
                confine(self._connection, [])
            except duckdb.Error as error:
                if not self.file.exists():
                    raise UnreadableError(
                        f"{self.file}: no such file; build a warehouse, or name another file"
                    ) from error
                fault = (
                    "open for writing in another process; try again when it has ended"
                    if is_open_elsewhere(error)
                    else "not a DuckDB database that can be read"
                )
                raise UnreadableError(f"{self.file}: {fault}") from error
        return self._connection


def generation(file: Path) -> tuple[int, ...]:
    """Return what tells one content of a file from the next. Raises UnreadableError."""
    try:
        status = file.stat()
    except OSError as error:
        raise UnreadableError(f"{file}: no such file; build a warehouse, or name another file") from error
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
