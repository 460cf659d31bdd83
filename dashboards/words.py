"""How names, numbers and texts from outside are shown."""

from __future__ import annotations

import re
from csv import QUOTE_NONNUMERIC

import pandas as pd

NOT_APPLICABLE = "does not apply"
NOTHING = "-"
# What opens a formula in a spreadsheet.
FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
SHORT_NAMES = {
    "inflow": "Attempted",
    "unique_opens": "Opened",
    "unique_clicks": "Clicked",
    "bot_clicks": "Clicks by bots",
    "clicks": "Clicks by people",
    "interactions": "Events",
}


def label(column: str) -> str:
    """Return the name of a column as people read it."""
    return SHORT_NAMES.get(column, column.replace("_", " ").capitalize())


def plain(text: str | None) -> str | None:
    """Return a text that Streamlit's Markdown shows as it is: without links, pictures, icons or formulas."""
    return PUNCTUATION.sub(r"\\\1", " ".join(text.split())) if text else None


def number(column: str, value: object) -> str:
    """Return a value as people read it: shares as percentages, seconds as durations, counts with separators."""
    if pd.isna(value):
        return NOTHING
    if column.endswith(("_rate", "_share")) or column == "share":
        return f"{value * 100:.1f} %" if value == 0 or abs(value) >= 0.001 else f"{value * 100:.2f} %"
    if column.endswith("_seconds"):
        return duration(value)
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.1f}"
    return f"{value:,.0f}"


def duration(seconds: float) -> str:
    """Return a number of seconds in the unit that suits it."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if abs(seconds) >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s"


def csv(rows: pd.DataFrame) -> bytes:
    """Return rows as CSV in which no text is a formula to a spreadsheet: an apostrophe stands before it."""
    safe = rows.map(lambda value: f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value)
    return safe.to_csv(index=False, quoting=QUOTE_NONNUMERIC).encode("utf-8-sig")
