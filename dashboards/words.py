"""How texts, figures and files of the dashboard are written."""

from __future__ import annotations

import re
from csv import QUOTE_NONNUMERIC

import pandas as pd

from cij.reporting import words

# What opens a formula in a spreadsheet.
FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str | None) -> str | None:
    """Return a text that Streamlit's Markdown shows as it is: without links, pictures, icons or formulas."""
    return PUNCTUATION.sub(r"\\\1", " ".join(text.split())) if text else None


def number(column: str, value: object) -> str:
    """Return a figure of a column, or what stands for none."""
    return words.NOTHING if pd.isna(value) else words.number(column, value)


def csv(rows: pd.DataFrame) -> bytes:
    """Return rows as CSV in which no text is a formula to a spreadsheet: an apostrophe stands before it."""
    safe = rows.map(lambda value: f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value)
    return safe.to_csv(index=False, quoting=QUOTE_NONNUMERIC).encode("utf-8-sig")
