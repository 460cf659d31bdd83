"""The dashboard: filters at the side, a page for each kind of question. start.py runs it."""

from __future__ import annotations

import streamlit as st

from cij.quoting import shown
from cij.reporting.periods import in_words
from cij.reporting.reader import UnreadableError
from filters import choose, say_ignored
from results import reading, warehouse_file
from views import audience, channels, consent, data_health, deliverability, journeys, overview
from words import plain

# Streamlit's own button for CSV would hand on formulas that stand in names.
STYLE = """
<style>
[data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"]) { display: none; }
[data-testid="stMetricValue"] { font-size: 1.5rem; }
[data-testid="stMetricLabel"] p { white-space: normal !important; }
[data-testid="stMainBlockContainer"] { padding-top: 3.5rem; }
[class*="st-key-wide_chart"] { overflow-x: auto; }
[class*="st-key-wide_chart"] [data-testid="stEChartsChart"] { min-width: 640px; }
h1 { font-size: 1.9rem !important; padding-bottom: 0.25rem !important; }
h3 { font-size: 1.2rem !important; }
</style>
"""
# Name in the address: title, and what draws the page.
PAGES = {
    "overview": ("Overview", overview.show),
    "journeys": ("Journeys", journeys.show),
    "channels": ("Channels", channels.show),
    "consent": ("Consent", consent.show),
    "deliverability": ("Deliverability", deliverability.show),
    "audience": ("Audience", audience.show),
    "health": ("Data health", data_health.show),
}


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title="Customer Insights - Journeys", layout="wide", initial_sidebar_state="auto")
    st.html(STYLE)
    title, show = PAGES[chosen_page()]
    try:
        with reading():
            values = choose()
            st.title(title, anchor=False)
            st.caption(in_words(values))
            show(values)
    except UnreadableError as error:
        st.error(plain(shown(str(error))))
    st.sidebar.caption(plain(warehouse_file().name))


def chosen_page() -> str:
    """Draw the list of pages and return which one was chosen; the address keeps it, like the filters."""
    if "page" not in st.session_state:
        asked = st.query_params.get("page")
        if asked is not None and asked not in PAGES:
            say_ignored("a page")
        st.session_state.page = asked if asked in PAGES else next(iter(PAGES))
    page = st.sidebar.radio("Page", list(PAGES), format_func=lambda name: PAGES[name][0], key="page")
    st.query_params["page"] = page
    return page


if __name__ == "__main__":
    main()
