"""What the export held and lacked, what could not be read or understood, and how the refreshes went."""

from __future__ import annotations

import streamlit as st

from elements import figures, heading, is_missing, table
from results import ask


def show(values: dict) -> None:
    """Draw the page. Argument: values (of the queries' parameters)."""
    st.caption("About the whole file: no filter narrows this page.")
    totals = ask("coverage_totals", values)
    figures(
        totals,
        [
            "interactions",
            "present_tables",
            "absent_tables",
            "stale_tables",
            "rows_with_rejected_values",
            "skipped_rows",
            "future_interactions",
        ],
    )
    last = totals.first["last_event_at"]
    st.caption(
        "No event has a time." if not hasattr(last, "year") else f"The last event is of {last:%-d %b %Y, %H:%M} UTC."
    )

    freshness = ask("freshness", values)
    heading("Freshness, by family of events", freshness, values)
    table(freshness, list(freshness.rows.columns))

    coverage = ask("coverage", values)
    heading("Tables of the export", coverage, values)
    table(coverage, list(coverage.rows.columns), height=380)

    for title, query, why in (
        ("Values that could not be read", "rejected_rows", "Every value could be read."),
        ("Reasons and ids without a meaning yet", "unmapped_reasons", "Every reason and id is known."),
        ("Events that contradict each other", "reconciliation", "No events contradict each other."),
        ("Events that came more than once", "duplicates", "No event came twice."),
        ("Loads", "loads", "Nothing has been loaded yet."),
    ):
        found = ask(query, values)
        heading(title, found, values)
        if not is_missing(found, why):
            table(found, list(found.rows.columns), height=380 if len(found.rows) > 10 else "auto")
    refreshes(values)


def refreshes(values: dict) -> None:
    """Show how refreshes went, where the file is one that they publish."""
    if not ask("has_refresh_runs", values).first["has_refresh_runs"]:
        st.subheader("Refreshes", anchor=False)
        st.info("Nothing to show. This file was built; the one that make refresh publishes tells of its refreshes.")
        return
    runs = ask("refresh_runs", values)
    heading("Refreshes, the latest first", runs, values)
    if not is_missing(runs, "No refresh has ended yet."):
        table(runs, list(runs.rows.columns))
