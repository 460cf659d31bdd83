"""How tests look at the dashboard without a browser."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from conftest import PROJECT

APP = PROJECT / "dashboards" / "app.py"


def drawn(**address: str | list[str]) -> AppTest:
    """Return the app as it is drawn for an address. Argument: address (its parameters)."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()
