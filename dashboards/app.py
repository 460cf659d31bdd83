"""The dashboard: filters at the side, a page for each kind of question. start.py runs it."""

from __future__ import annotations

import streamlit as st

from cij.quoting import shown
from cij.reporting.reader import UnreadableError
from filters import choose
from views import overview
from warehouse import reading, warehouse_file
from words import plain

# Streamlit's own button for CSV would hand on formulas that stand in names.
STYLE = """
<style>
[data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"]) { display: none; }
[data-testid="stMetricValue"] { font-size: 1.5rem; }
[data-testid="stMetricLabel"] * { white-space: normal; }
[data-testid="stMainBlockContainer"] { padding-top: 3.5rem; }
h1 { font-size: 1.9rem !important; padding-bottom: 0.25rem !important; }
h3 { font-size: 1.2rem !important; }
</style>
"""
PAGES = {"Overview": overview.show}


def main() -> None:
    """Draw the page that the address names."""
    st.set_page_config(page_title="Customer Insights - Journeys", layout="wide", initial_sidebar_state="auto")
    st.html(STYLE)
    pages = [
        st.Page(lambda: None, title=title, url_path=title.lower().replace(" ", "-"), default=title == "Overview")
        for title in PAGES
    ]
    page = st.navigation(pages)
    try:
        with reading():
            values = choose()
            st.title(page.title, anchor=False)
            st.caption(period_in_words(values))
            PAGES[page.title](values)
    except UnreadableError as error:
        st.error(plain(shown(str(error))))
    st.sidebar.caption(plain(warehouse_file().name))


def period_in_words(values: dict) -> str:
    """Return which days the page is about."""
    if values["from_date"] is None:
        return "All time, with what has no known time."
    return f"{values['from_date']:%-d %b %Y} to {values['to_date']:%-d %b %Y}."


main()
