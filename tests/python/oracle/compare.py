"""Compare expected with actual rows, and say in few words where they differ."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from .tools import Row, group

TOLERANCE = 1e-6
LONGEST_REPORT = 30


def diff(expected: list[Row], actual: list[Row], key_columns: Sequence[str]) -> list[str]:
    """Return the differences between two multisets of rows, at most one line per row; nothing when they agree.

    The key columns only serve to pair rows up: keys that occur several times are allowed. Columns that only the actual
    rows have (surrogate keys, say) are not compared. Values that hold an address are never printed.
    """
    if not expected or not actual:
        return _shortened(_only("missing", expected, key_columns) + _only("unexpected", actual, key_columns))
    columns = [column for column in expected[0] if column in actual[0]]
    absent = [f"column {column} is missing" for column in expected[0] if column not in actual[0]]
    keys = [column for column in key_columns if column in columns]
    ours = group(({column: _plain(row[column]) for column in columns} for row in expected), keys)
    theirs = group(({column: _plain(row[column]) for column in columns} for row in actual), keys)
    lines = [line for key in {**ours, **theirs} for line in _pair(ours.get(key, []), theirs.get(key, []), keys)]
    return _shortened(absent + lines)


def _pair(ours: list[Row], theirs: list[Row], keys: Sequence[str]) -> list[str]:
    """Compare the rows of one key, in an order that doesn't depend on how they were read."""
    ours, theirs = sorted(ours, key=_sort_key), sorted(theirs, key=_sort_key)
    shared = min(len(ours), len(theirs))
    lines = [line for pair in zip(ours, theirs, strict=False) if (line := _unequal(*pair, keys))]
    if len(ours) != len(theirs) and shared:
        return [*lines, f"{_named(ours[0], keys)}: expected {len(ours)} rows, got {len(theirs)}"]
    return lines + _only("missing", ours[shared:], keys) + _only("unexpected", theirs[shared:], keys)


def _unequal(ours: Row, theirs: Row, keys: Sequence[str]) -> str:
    wrong = [column for column in ours if not _same(ours[column], theirs[column])]
    values = (f"{column} expected {_shown(ours[column])}, got {_shown(theirs[column])}" for column in wrong)
    return f"{_named(ours, keys)}: {'; '.join(values)}" if wrong else ""


def _same(ours: object, theirs: object) -> bool:
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return abs(ours - theirs) <= TOLERANCE * max(1.0, abs(ours))
    return ours == theirs


def _only(word: str, rows: list[Row], keys: Sequence[str]) -> list[str]:
    return [f"{word}: {_named(row, keys)}" for row in rows]


def _named(row: Row, keys: Sequence[str]) -> str:
    return ", ".join(f"{key}={_shown(row.get(key))}" for key in keys) or "row"


def _shown(value: object) -> str:
    text = "null" if value is None else str(value)
    if "@" in text:
        return "<address>"
    return text if len(text) <= 60 else f"{text[:57]}..."


def _plain(value: object) -> object:
    """Bring the types of different readers together: UTC times without a zone, numbers, text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, UUID):
        return str(value)
    return value


def _sort_key(row: Row) -> list[tuple[str, str]]:
    return [_sortable(value) for value in row.values()]


def _sortable(value: object) -> tuple[str, str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return type(value).__name__, value.isoformat() if isinstance(value, date) else str(value)
    return "number", f"{value:030.6f}"


def _shortened(lines: list[str]) -> list[str]:
    if len(lines) <= LONGEST_REPORT:
        return lines
    return [*lines[:LONGEST_REPORT], f"... and {len(lines) - LONGEST_REPORT} more differences"]
