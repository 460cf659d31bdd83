"""What happened in the period, what changed against the one before, and what needs attention."""

from __future__ import annotations

import streamlit as st

from charts import lines
from elements import chart, figures, heading, is_missing, table
from warehouse import ask

FIGURES = [
    "inflow",
    "sent",
    "delivered",
    "open_rate",
    "click_rate",
    "bounce_rate",
    "consent_blocked",
    "unsubscribe_rate",
]
NO_MESSAGES = (
    "No messages are in this period, or the filters leave none. The tables EmailSent, SmsSent and the like make them."
)


def show(values: dict) -> None:
    """Draw the page. Argument: values (of the queries' parameters)."""
    totals = ask("message_totals", values)
    earlier = ask("message_totals", before(values)) if values["from_date"] else None
    figures(totals, FIGURES, earlier)

    days = ask("messages_by_time", values | {"step": step(values)})
    heading("Messages over time", days, values)
    if not is_missing(days, NO_MESSAGES):
        columns = ["inflow", "sent", "delivered", "unique_opens", "unique_clicks"]
        chart(lines(days.rows, "period_start", columns), "Messages over time", days, ["period_start", *columns])

    channels = ask("messages_by_channel", values)
    heading("Channels", channels, values)
    if not is_missing(channels, NO_MESSAGES):
        table(channels, ["channel_name", *FIGURES])


def before(values: dict) -> dict:
    """Return the values for the period before."""
    return values | {"from_date": values["earlier_from_date"], "to_date": values["earlier_to_date"]}


def step(values: dict) -> str:
    """Return in which steps of time to count: as many as a chart can show."""
    if values["from_date"] is None:
        return "month"
    days = (values["to_date"] - values["from_date"]).days
    return "day" if days <= 31 else "week" if days <= 200 else "month"
