"""What pages are made of: headline figures, tables and charts, each with its meaning and its data to take along."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from cij.reporting.words import CODES, NOT_APPLICABLE, NOTHING, change, label
from filters import unheeded
from results import Result
from words import csv, number, plain

# Of these more is neither good nor bad.
VOLUMES = {"inflow", "sent", "delivered", "runs", "entered", "interactions"}
# An increase of these is no good news.
UNWELCOME = {
    "blocked", "blocked_rate", "consent_blocked", "consent_blocked_rate", "bounces", "bounce_rate", "hard_bounces",
    "hard_bounce_rate", "soft_bounce_rate", "spam_reports", "spam_rate", "unsubscribes", "unsubscribe_rate", "exited",
    "exit_rate", "bot_clicks",
}  # fmt: skip
MOST_ROWS_STYLED = 2000
NO_MESSAGES = "No message was attempted in this period, or the filters leave none."


def figures(result: Result, names: list[str], earlier: Result | None = None) -> None:
    """Show headline figures of a result's one row, and how each differs from the period before.

    Arguments: result, names (columns), earlier (the same query over the period before; None = nothing to compare).
    """
    now = result.first
    before = earlier.first if earlier else {}
    with st.grid(len(names) if len(names) < 6 else 4, min_column_width=150):
        for name in names:
            st.metric(
                label(name),
                shown(name, now),
                delta=difference(name, now[name], before.get(name)),
                delta_color="off" if name in VOLUMES else "inverse" if name in UNWELCOME else "normal",
                help=plain(result.means(name)),
                border=True,
                height="stretch",
            )


def difference(name: str, now: object, before: object) -> str | None:
    """Return how a figure differs from that of the period before, where both are known."""
    return None if pd.isna(now) or pd.isna(before) else change(name, now, before)


def is_partly_applicable(rows: pd.DataFrame, column: str) -> bool:
    """Return whether some rows are about channels that don't have the rate in a column."""
    return f"has_{column}" in rows and not rows[f"has_{column}"].fillna(True).all()


def shown(name: str, row: dict) -> str:
    """Return a figure of a row, and say where a rate doesn't apply to any of its channels."""
    applies = row.get(f"has_{name}", True)
    return NOT_APPLICABLE if not pd.isna(applies) and not applies else number(name, row[name])


def heading(title: str, result: Result, values: dict, note: str | None = None) -> None:
    """Show the title of a chart or table, on hover the grain of its mart, and which filters it can't heed."""
    st.subheader(title, help=plain(result.grain), anchor=False)
    left_out = unheeded(result.query.parameters, values)
    told = [note] if note else []
    # What the warehouse says of itself no filter narrows; its page says so once.
    if left_out and result.query.relations[0][0] == "marts":
        told.append(f"Not narrowed by {', '.join(left_out)}.")
    if told:
        st.caption(" ".join(told))


def is_missing(result: Result, why: str) -> bool:
    """Say that there is nothing to show, and why. Returns whether that is so."""
    if len(result.rows):
        return False
    st.info(f"Nothing to show. {why}")
    return True


def table(result: Result, columns: list[str], names: dict[str, str] | None = None, height: str | int = "auto") -> None:
    """Show a result as a table, with the meaning of each column on its head, and offer it as CSV.

    Arguments: result, columns (in the order to show), names (labels where the column's own won't do), height.
    """
    names = names or {}
    rows = result.rows[columns]
    config = {
        column: st.column_config.Column(
            names.get(column, label(column)),
            help=plain(result.means(column)),
            alignment="right" if is_partly_applicable(result.rows, column) else None,
        )
        for column in columns
    }
    st.dataframe(
        _styled(result.rows, columns) if len(rows) <= MOST_ROWS_STYLED else rows,
        column_config=config,
        hide_index=True,
        height=height,
        placeholder=NOTHING,
        alt=f"Table: {label(result.query.name)}",
    )
    download(result, columns)


def chart(spec: dict, alt: str, result: Result, columns: list[str], height: int = 320) -> None:
    """Show a chart, and offer what it shows as CSV.

    Arguments: spec (ECharts' option), alt (what it shows, in words), result, columns, height (in pixels).
    """
    st.echarts_chart({"animation": False} | spec, height=height, alt=alt, renderer="svg")
    download(result, columns)


def download(result: Result, columns: list[str]) -> None:
    """Offer columns of a result as a CSV file."""
    st.download_button(
        "Download CSV",
        lambda: csv(result.rows[columns]),
        file_name=f"{result.query.name}.csv",
        mime="text/csv",
        key=f"csv {result.query.name} {columns} {result.bound}",
        type="tertiary",
        on_click="ignore",
    )


def _styled(rows: pd.DataFrame, columns: list[str]):
    """Return rows whose numbers read well and sort as numbers, and whose rates say where they don't apply."""
    shown_rows = rows[columns].reset_index(drop=True)
    formats = {}
    for column in columns:
        if pd.api.types.is_bool_dtype(shown_rows[column]):
            continue
        if is_partly_applicable(rows, column):
            # Padded, so that as texts they sort like the numbers they stand for.
            shown_rows[column] = [f"{shown(column, row):>8}" for row in rows.to_dict("records")]
        elif column in CODES:
            formats[column] = lambda value: NOTHING if pd.isna(value) else value.replace("_", " ")
        elif pd.api.types.is_numeric_dtype(shown_rows[column]):
            formats[column] = lambda value, column=column: number(column, value)
    return shown_rows.style.format(formats)
