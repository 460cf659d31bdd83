"""From attempted to clicked by channel, people beside bots, trends, and what lies behind them."""

from __future__ import annotations

import streamlit as st

from charts import COLOURS, SERIES, bars, grouped_lines, heat_map
from cij.reporting.periods import before, step
from cij.reporting.words import COUNTS, label
from elements import NO_MESSAGES, chart, figures, heading, is_missing, table
from filters import kept_choice
from results import Result, ask

FIGURES = [*COUNTS, "bot_clicks", "open_rate", "click_rate"]
RATES = [
    "send_rate",
    "delivery_rate",
    "open_rate",
    "click_rate",
    "click_to_open_rate",
    "engagement_rate",
    "response_rate",
    "blocked_rate",
    "bounce_rate",
    "unsubscribe_rate",
]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
# Id in the address: what the user reads, the query, and its columns that say what a row is about.
SPLITS = {
    "journey": ("Journey", "messages_by_journey", ["journey_name"]),
    "message": ("Message", "messages_by_message", ["message_name", "channel_name", "message_subject"]),
    "unit": ("Business unit", "messages_by_unit", ["business_unit_name"]),
    "variation": (
        "Variation (conditional content)",
        "messages_by_variation",
        ["message_name", "message_variation_name", "channel_name"],
    ),
}
# Kind of client: its title, and the count that tells it.
CLIENTS = {
    "email_client": ("E-mail clients, by opens", "opens"),
    "device_type": ("Devices, by clicks", "clicks"),
    "operating_system": ("Operating systems, by clicks", "clicks"),
    "browser": ("Browsers, by clicks", "clicks"),
}


def show(values: dict) -> None:
    """Draw the page. Argument: values (of the queries' parameters)."""
    totals = ask("message_totals", values)
    figures(totals, FIGURES, ask("message_totals", before(values)) if values["from_date"] else None)

    channels = ask("messages_by_channel", values)
    heading("From attempted to clicked", channels, values)
    if is_missing(channels, NO_MESSAGES):
        return
    names = ["channel_name", *COUNTS]
    chart(
        bars(channels.rows, "channel_name", COUNTS), "Messages by channel and what became of them", channels, names, 380
    )
    heading("Rates and what they are measured against", channels, values)
    table(channels, ["channel_name", *COUNTS, *RATES])

    left, right = st.columns(2)
    with left:
        heading("Clicks of people and of bots", channels, values)
        chart(
            bars(channels.rows, "channel_name", ["clicks", "bot_clicks"], colours=[SERIES[0], COLOURS["none"]]),
            "Clicks by people beside clicks by bots, by channel",
            channels,
            ["channel_name", "clicks", "bot_clicks"],
        )
    with right:
        trend(values)
    splits(values)
    hours(values)
    clients(values)
    links = ask("links", values)
    heading("Links", links, values)
    if not is_missing(links, "No link was clicked, or the filters leave none."):
        columns = [
            "link_name",
            "message_name",
            "delivered",
            "unique_clicks",
            "link_click_rate",
            "clicks",
            "bot_clicks",
            "link_url",
        ]
        table(links, columns, {"link_name": "Link"}, height=320)


def trend(values: dict) -> None:
    """Draw one rate or count over time, a line a channel."""
    over_time = ask("messages_by_channel_and_time", values | {"step": step(values)})
    heading(f"Trend by {step(values)}", over_time, values)
    metric = kept_choice(
        "Figure", "figure", {name: label(name) for name in ["open_rate", "click_rate", *RATES, *COUNTS]}
    )
    if not is_missing(over_time, NO_MESSAGES):
        chart(
            grouped_lines(over_time.rows, "period_start", "channel", metric, COLOURS),
            f"{label(metric)} over time, by channel",
            over_time,
            ["period_start", "channel_name", metric],
            height=250,
        )


def splits(values: dict) -> None:
    """Show the figures by what a user chooses."""
    st.subheader("Broken down", anchor=False)
    split = kept_choice("By", "by", {name: title for name, (title, *_) in SPLITS.items()})
    _, query, names = SPLITS[split]
    found = ask(query, values)
    heading(f"By {split}", found, values)
    if split == "variation":
        st.caption("Who sees a variation is decided by what is known of them, so variations are no groups to compare.")
    if not is_missing(found, "Nothing of this kind is in the period, or the filters leave none."):
        columns = [name for name in [*COUNTS, *RATES] if name in found.rows]
        table(found, [*names, *columns], {name: label(name.removesuffix("_name")) for name in names}, height=380)


def hours(values: dict) -> None:
    """Draw when messages were sent, and how well each hour did."""
    found = ask("send_hours", values)
    heading("Hours of sending", found, values)
    options = {"sent": "Sent", "open_rate": "Open rate", "click_rate": "Click rate"}
    metric = kept_choice("Figure of the hour", "hours", options)
    if not is_missing(found, "Nothing was sent, or the filters leave nothing."):
        spec = heat_map(found.rows, "hour_of_day", "iso_day_of_week", metric, DAYS, percent=metric.endswith("_rate"))
        with st.container(key="wide_chart_hours"):
            chart(spec, f"{options[metric]} by hour and day of the week", found, list(found.rows.columns), height=340)


def clients(values: dict) -> None:
    """Draw with which clients and devices e-mails are read and clicked in."""
    grid = st.grid(2, min_column_width=340)
    for kind, (title, count) in CLIENTS.items():
        with grid.cell():
            found: Result = ask("email_clients", values | {"kind": kind})
            heading(title, found, values)
            if not is_missing(found, "No open or click tells it: before August 2024 none did."):
                height = 60 + 26 * len(found.rows)
                chart(bars(found.rows, "client_name", [count]), title, found, ["client_name", count], height=height)
