"""What the pages are about: period, organization, channel, journey, unit and engine, kept in the address by id."""

from __future__ import annotations

import datetime as dt
import re

import streamlit as st

from cij.reporting.periods import before
from results import ask

# Name in the address: the list that the queries take, what the user reads, and what the choice is from.
LISTS = {
    "organization": ("organizations", "Organization", "filter_organizations"),
    "channel": ("channels", "Channel", "filter_channels"),
    "journey": ("journeys", "Journey", "filter_journeys"),
    "unit": ("units", "Business unit", "filter_units"),
    "engine": ("engines", "Engine", "filter_engines"),
}
DAYS = {"7": "Last 7 days", "30": "Last 30 days", "90": "Last 90 days", "365": "Last 12 months"}
ALL, OWN = "all", "own"
PERIODS = DAYS | {ALL: "All time", OWN: "Days of your choice"}
OWN_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
STANDARD_PERIOD = "90"
# What a filter does to a page, in words, by the parameters that a query may lack.
NARROWED = {"from_date": "period"} | {many: label.lower() for many, label, _ in LISTS.values()}


def choose() -> dict:
    """Draw the filters and return the values of parameters: lists of ids and days, None where nothing is chosen."""
    values: dict = {"organizations": None}
    ignored = []
    for name, (parameter, label, source) in LISTS.items():
        options = dict(ask(source, values).rows[["id", "label"]].itertuples(index=False))
        values[parameter] = _chosen_of_list(name, label, options, ignored)
    values |= _period(ignored)
    if ignored:
        say_ignored(", ".join(ignored))
    return values


def say_ignored(what: str) -> None:
    """Say that a part of the address means nothing here. Argument: what (in words of ours: nothing that it holds)."""
    st.info(f"The address asks for {what} that is not known here; that part was ignored.")


def unheeded(parameters: frozenset[str], values: dict) -> list[str]:
    """Return the words for filters that are set but that a query with these parameters can't heed."""
    return [word for name, word in NARROWED.items() if values.get(name) and name not in parameters]


def _chosen_of_list(name: str, label: str, options: dict, ignored: list[str]) -> list[str] | None:
    key = f"filter_{name}"
    if key not in st.session_state:
        asked = st.query_params.get_all(name)
        st.session_state[key] = [one for one in dict.fromkeys(asked) if one in options]
        if set(asked) - set(options):
            ignored.append(f"one {label.lower()} or more")
    # An organization may have been chosen that hasn't what was chosen before.
    st.session_state[key] = [one for one in st.session_state[key] if one in options]
    # Where there is but one, there is nothing to choose.
    if name == "organization" and len(options) < 2:
        st.query_params.pop(name, None)
        return None
    chosen = st.sidebar.multiselect(
        label, list(options), format_func=lambda one: options[one] or one, key=key, placeholder="all"
    )
    st.query_params[name] = chosen
    return chosen or None


def _period(ignored: list[str]) -> dict:
    last_day = ask("last_day", {}).first["last_day"]
    last_day = last_day if isinstance(last_day, dt.date) else dt.date.today()
    if "filter_period" not in st.session_state:
        asked = st.query_params.get("period", STANDARD_PERIOD)
        days = _own_days(asked)
        if asked not in PERIODS and not days:
            ignored.append("a period")
        st.session_state.filter_period = OWN if days else asked if asked in PERIODS else STANDARD_PERIOD
        st.session_state.filter_days = days or (last_day - dt.timedelta(days=89), last_day)
    kind = st.sidebar.selectbox("Period", list(PERIODS), format_func=PERIODS.get, key="filter_period")
    if kind == ALL:
        st.query_params["period"] = ALL
        return {"from_date": None, "to_date": None}
    if kind == OWN:
        # The widget forgets its days while it isn't drawn.
        st.session_state.filter_own = st.session_state.get("filter_own") or st.session_state.filter_days
        days = st.sidebar.date_input("From and to", key="filter_own", format="YYYY-MM-DD")
        if len(days) < 2:
            st.info("Choose the last day of the period, too.")
            st.stop()
        st.session_state.filter_days = days
        from_date, to_date = days
        st.query_params["period"] = f"{from_date}..{to_date}"
    else:
        from_date, to_date = last_day - dt.timedelta(days=int(kind) - 1), last_day
        st.query_params["period"] = kind
    return {"from_date": from_date, "to_date": to_date}


def _own_days(asked: str) -> tuple[dt.date, dt.date] | None:
    found = OWN_DAYS.fullmatch(asked)
    try:
        from_date, to_date = (dt.date.fromisoformat(day) for day in found.groups())
        before({"from_date": from_date, "to_date": to_date})
    except (AttributeError, ValueError, OverflowError):
        return None
    return (from_date, to_date) if from_date <= to_date else None


def kept_choice(label: str, name: str, options: dict[str, str], where=st) -> str:
    """Draw a choice of one that a page alone knows, kept in the address by its id, and return what was chosen.

    Arguments: label, name (in the address), options (id: what the user reads; at least one), where (a container).
    """
    key = f"choice_{name}"
    asked = st.query_params.get(name)
    if asked is not None and asked not in options and key not in st.session_state:
        say_ignored(f"something under {label.lower()}")
    if st.session_state.get(key) not in options:
        st.session_state[key] = asked if asked in options else next(iter(options))
    chosen = where.selectbox(label, list(options), format_func=lambda one: options[one], key=key)
    st.query_params[name] = chosen
    return chosen
