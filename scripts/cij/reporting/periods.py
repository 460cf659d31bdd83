"""Periods of days: how they are divided, and which one comes before."""

from __future__ import annotations

import datetime as dt


def before(values: dict) -> dict:
    """Return the values of queries' parameters for the period before, as long as that from from_date to to_date.

    Raises OverflowError where no date is so early.
    """
    length = values["to_date"] - values["from_date"] + dt.timedelta(days=1)
    return values | {"from_date": values["from_date"] - length, "to_date": values["to_date"] - length}


def step(values: dict) -> str:
    """Return in which steps of time to count (day, week or month): as many as a chart can show."""
    if values["from_date"] is None:
        return "month"
    days = (values["to_date"] - values["from_date"]).days
    return "day" if days <= 31 else "week" if days <= 200 else "month"


def in_words(values: dict) -> str:
    """Return which days a page or report is about."""
    if values["from_date"] is None:
        return "All time, with what has no known time."
    return f"{values['from_date']:%-d %b %Y} to {values['to_date']:%-d %b %Y}."
