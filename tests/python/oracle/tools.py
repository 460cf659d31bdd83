"""The few operations on lists of rows that every mart needs. As in SQL aggregates, nulls are passed over."""

from collections.abc import Callable, Iterable
from datetime import datetime

Row = dict[str, object]
PERSON = ("profile_type", "surviving_profile_id")


def group(rows: Iterable[Row], columns: Iterable[str]) -> dict[tuple, list[Row]]:
    """Group rows by the values of some columns; two nulls are the same value."""
    columns = tuple(columns)
    groups: dict[tuple, list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return groups


def known(rows: Iterable[Row], column: str) -> list:
    """Return the values of a column that are not null."""
    return [row[column] for row in rows if row.get(column) is not None]


def smallest(rows: Iterable[Row], column: str) -> object:
    """Return the smallest value of a column, or null when there is none."""
    return min(known(rows, column), default=None)


def largest(rows: Iterable[Row], column: str) -> object:
    """Return the largest value of a column, or null when there is none."""
    return max(known(rows, column), default=None)


def of_types(rows: Iterable[Row], types: Iterable[str]) -> list[Row]:
    """Keep the interactions of some types."""
    return [row for row in rows if row["interaction_type"] in types]


def nulls_last(value: object) -> tuple:
    """Sort key that puts null behind every value."""
    return (value is None, 0 if value is None else value)


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds from start to end, null when either is."""
    return None if start is None or end is None else (end - start).total_seconds()


def count_where(rows: Iterable[Row], test: Callable[[Row], object]) -> int:
    """Count the rows that pass a test."""
    return sum(1 for row in rows if test(row))


def people(rows: Iterable[Row]) -> int:
    """Count the distinct persons as they are today; rows without a person count for nobody."""
    return len({tuple(row[column] for column in PERSON) for row in rows if row["profile_id"] is not None})
