"""How engaged people are, how much they are sent, and what one of them has been through."""

from __future__ import annotations

import streamlit as st

from charts import STATUS, bars, lines
from elements import chart, heading, is_missing, table
from filters import kept_choice
from results import ask

WINDOWS = {"7": "in the 7 days before each message", "30": "in the 30 days before each message"}
RATES = ["open_rate", "click_rate", "unsubscribe_rate", "spam_rate"]
LONGEST_ID = 200


def show(values: dict) -> None:
    """Draw the page. Argument: values (of the queries' parameters)."""
    status = ask("engagement_status", values)
    heading("Engagement today, by channel", status, values)
    if not is_missing(status, "Nobody was sent anything that tells of opens or clicks."):
        rows = (
            status.rows.pivot(index="channel_name", columns="engagement_status", values="people")
            .fillna(0)
            .reset_index()
        )
        kinds = [kind for kind in STATUS if kind in rows]
        spec = bars(rows, "channel_name", kinds, stack=True, colours=[STATUS[kind] for kind in kinds])
        chart(
            spec,
            "People by channel and engagement",
            status,
            ["channel_name", "engagement_status", "people"],
            height=260,
        )

    above = st.container()
    window = kept_choice("Messages counted", "window", WINDOWS)
    pressure = ask("contact_pressure", values | {"window_days": int(window)})
    with above:
        heading("Contact pressure: do people who get more engage less?", pressure, values)
    if not is_missing(pressure, "Nothing was sent to anybody known, or the filters leave nothing."):
        chart(
            bars(pressure.rows.assign(band=pressure.rows["pressure_band"] + " sent"), "band", RATES, percent=True),
            "Rates by how many messages people were sent in the window",
            pressure,
            ["pressure_band", "sent", "delivered", *RATES],
            height=90 + 56 * len(pressure.rows),
        )

    months = ask("people_monthly", values)
    heading("People interacted with, by month", months, values, "What the licence counts.")
    if not is_missing(months, "No month begins in this period: choose a longer one."):
        columns = ["distinct_people", "distinct_people_12_months"]
        spec = lines(months.rows, "month_start_date", columns)
        chart(
            spec,
            "Distinct people by month and over twelve months",
            months,
            ["month_start_date", "interactions", *columns],
        )
    one_person(values)


def one_person(values: dict) -> None:
    """Show what one person has been through, and whom one may ask about."""
    st.divider()
    st.subheader("One person", anchor=False)
    if "choice_person" not in st.session_state:
        st.session_state.choice_person = st.query_params.get("person", "")[:LONGEST_ID]
    asked = st.text_input(
        "Id of a contact, lead or profile, or a profile_key", key="choice_person", max_chars=LONGEST_ID
    )
    people = ask("person", values | {"person": asked.strip()}) if asked.strip() else None
    if people is None or people.rows.empty:
        st.query_params.pop("person", None)
        if people is not None:
            st.info("Nobody has this id. The address of a page keeps profile_key, the key in marts.dim_profiles.")
        busiest = ask("busiest_people", values)
        heading("Those with most events, to begin with", busiest, values)
        if not is_missing(busiest, "Nobody is known."):
            table(busiest, list(busiest.rows.columns))
        return
    # The address names people by their key: an id could be looked up elsewhere.
    key = people.first["profile_key"]
    st.query_params["person"] = key
    heading("Who it is", people, values)
    table(people, list(people.rows.columns))
    engagement = ask("person_engagement", values | {"person": key})
    heading("Engagement by channel", engagement, values)
    if not is_missing(engagement, "Nothing was sent to this person."):
        table(engagement, list(engagement.rows.columns))
    timeline = ask("person_timeline", values | {"person": key})
    heading("Timeline, the latest first", timeline, values, "Up to 500 events.")
    if not is_missing(timeline, "Nothing happened in this period: choose a longer one."):
        table(timeline, list(timeline.rows.columns), height=480)
