"""Each page over each warehouse, without a browser: it draws, and its headline figures are those of the marts."""

from __future__ import annotations

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from conftest import PROJECT

APP = str(PROJECT / "dashboards" / "app.py")


@pytest.fixture(params=["sample", "email_only", "empty"])
def warehouse(request, monkeypatch):
    """Return one warehouse after the other, for the app to read."""
    file = request.getfixturevalue(request.param)
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(file))
    return file


def drawn(**address: str) -> AppTest:
    """Return the app as it is drawn for an address."""
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def test_overview(warehouse):
    app = drawn(period="all")
    assert not app.exception
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        sent = connection.execute("select sum(sent)::bigint from marts.agg_channel_engagement_daily").fetchone()[0]
    assert {figure.label: figure.value for figure in app.metric}["Sent"] == (f"{sent:,}" if sent else "–")
