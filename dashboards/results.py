"""The warehouse as the pages see it: a table per query, kept until another generation is published."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from cij.reporting.definitions import comments, definition, grain
from cij.reporting.queries import Query, query
from cij.reporting.reader import Reader, generation

# DuckDB shares an open file among all connections of a process, even after another has taken its place: so one page at
# a time is drawn, and the next one opens what is there then. Whoever took the turn later, inside of a cached function,
# could wait for ever: the cache has locks of its own.
_turn = threading.Lock()
_page = threading.local()


@dataclass(frozen=True)
class Result:
    """What a query found: the query, what it was bound to, its rows, and what the warehouse says of its own columns."""

    query: Query
    bound: dict
    rows: pd.DataFrame
    said: dict

    def means(self, column: str) -> str | None:
        """Return what a column means, by the file's comments or the project's YAML."""
        return definition(self.query, column, self.said)

    @property
    def grain(self) -> str | None:
        """Return what one row stands for of the mart that is read."""
        return grain(self.query, self.said)

    @property
    def first(self) -> dict:
        """Return the first row, by column."""
        return self.rows.iloc[0].to_dict()


@contextmanager
def reading() -> Iterator[None]:
    """Let queries run, with one connection, opened by the first that isn't cached, until the block ends.

    Raises UnreadableError.
    """
    with _turn, Reader(warehouse_file()) as _page.reader:
        _page.generation = generation(warehouse_file())
        yield


def ask(name: str, values: dict) -> Result:
    """Return what a query of dashboards/queries finds.

    Arguments: name (of the file, without ending), values (of parameters; those it hasn't are left out).
    """
    asked = query(name)
    bound = {parameter: values[parameter] for parameter in sorted(asked.parameters)}
    file = str(warehouse_file())
    return Result(asked, bound, _rows(file, _page.generation, name, bound), _said(file, _page.generation))


def warehouse_file() -> Path:
    """Return the file that start.py has looked at."""
    return Path(os.environ["CIJ_DASHBOARD_DB"])


@st.cache_data(max_entries=500, show_spinner=False)
def _rows(file: str, generation: tuple, name: str, bound: dict) -> pd.DataFrame:
    columns, rows = _page.reader.run(query(name), bound)
    return pd.DataFrame(rows, columns=columns, dtype=object).infer_objects().convert_dtypes()


@st.cache_data(max_entries=4, show_spinner=False)
def _said(file: str, generation: tuple) -> dict:
    return comments(_page.reader)
