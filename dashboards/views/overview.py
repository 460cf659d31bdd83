"""What happened in the period, what changed against the one before, and what needs attention."""

from __future__ import annotations

import streamlit as st

from charts import lines
from cij.reporting.periods import before, step
from cij.reporting.words import COUNTS, HEADLINES
from elements import NO_MESSAGES, chart, figures, heading, is_missing, table
from results import ask


def show(values: dict) -> None:
    """Draw the page. Argument: values (of the queries' parameters)."""
    totals = ask("message_totals", values)
    figures(totals, HEADLINES, ask("message_totals", before(values)) if values["from_date"] else None)
    if values["from_date"]:
        st.caption("Under each figure stands how it differs from the period before, as long as this one.")

    findings = ask("attention", values)
    heading("What needs attention", findings, values)
    if not findings.rows.empty:
        table(findings, ["page", "finding"], {"page": "See page", "finding": "Finding"})
    else:
        st.success("Nothing: no limit is passed, and the data hold together.")

    days = ask("messages_by_time", values | {"step": step(values)})
    heading(f"Messages by {step(values)}", days, values)
    if not is_missing(days, NO_MESSAGES):
        chart(lines(days.rows, "period_start", COUNTS), "Messages over time", days, ["period_start", *COUNTS])

    channels = ask("messages_by_channel", values)
    heading("Channels", channels, values)
    if not is_missing(channels, NO_MESSAGES):
        table(channels, ["channel_name", *HEADLINES])

    outcomes = ask("run_totals", values)
    heading("Journeys", outcomes, values)
    if outcomes.first["runs"]:
        earlier = ask("run_totals", before(values)) if values["from_date"] else None
        figures(outcomes, ["runs", "entered", "completed", "completion_rate"], earlier)
    else:
        st.info("Nothing to show. No run of a real-time journey began in this period, or the filters leave none.")
