"""In Chromium: every page over each warehouse, on a wide and a narrow screen; nothing asked of anybody else."""

from __future__ import annotations

import os
import shutil
import subprocess

import duckdb
import pytest

from app import PAGES
from browsing import HEIGHT, browser, chromium, dashboard_over, show
from conftest import PROJECT, PYTHON

pytestmark = pytest.mark.skipif(not chromium(), reason="Chromium is not there: apt install chromium")
WIDTHS = (420, 1440)
EVIL = "<img src=x onerror=\"document.title='ran'\">![x](http://192.0.2.1/x.png) {b} :material/home: `x`"


@pytest.fixture(scope="module")
def chrome():
    """Return Chromium."""
    with browser() as started:
        yield started


@pytest.fixture(scope="module", params=["sample", "email_only", "empty"])
def address(request):
    """Return the address of a dashboard over one warehouse after the other."""
    with dashboard_over(request.getfixturevalue(request.param)) as running:
        yield running


def watched(chrome, width: int, address: str):
    """Return a new page and the list of what goes wrong on it."""
    page = chrome.new_page(viewport={"width": width, "height": HEIGHT})
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    ours = (address, address.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(ours) else wrong.append(request.url))
    page.on("websocket", lambda socket: None if socket.url.startswith(ours) else wrong.append(socket.url))
    return page, wrong


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_and_asks_nobody_else(chrome, address, name, width):
    page, wrong = watched(chrome, width, address)
    show(page, f"{address}/?page={name}&period=all")
    assert wrong == []
    assert page.locator("h1").inner_text() == PAGES[name][0]
    assert page.locator('[data-testid="stException"]').count() == 0
    # Nothing sticks out: what is wider scrolls by itself.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # Who can't see a chart is told what it shows.
    charts = page.locator('[data-testid="stEChartsChart"]')
    assert all(chart.get_attribute("aria-label") for chart in charts.all())
    page.close()


def test_names_of_a_warehouse_are_texts_and_nothing_else(chrome, sample, tmp_path):
    file = tmp_path / "hostile.duckdb"
    shutil.copy(sample, file)
    file.chmod(0o600)
    with duckdb.connect(str(file)) as connection:
        for table, column in (
            ("dim_journeys", "journey_name"), ("dim_journey_steps", "journey_step_name"),
            ("dim_messages", "message_name"), ("dim_business_units", "business_unit_name"),
            ("agg_journey_outcomes_daily", "exit_reason"), ("agg_recipient_domains_daily", "recipient_domain"),
            ("agg_bounces_daily", "bounce_category"), ("agg_email_clients", "client_name"),
            ("agg_consent_blocks_daily", "consent_reason"),
        ):  # fmt: skip
            connection.execute(f"update marts.{table} set {column} = ?", [EVIL])
        comment = EVIL.replace("'", "")
        connection.execute(f"comment on column marts.agg_channel_engagement_daily.sent is '{comment}'")
    with dashboard_over(file) as address:
        page, wrong = watched(chrome, 1440, address)
        for name in PAGES:
            show(page, f"{address}/?page={name}&period=all")
            hints = page.locator('[data-testid="stMain"] [data-testid="stTooltipHoverTarget"]')
            for at in range(min(hints.count(), 4)):
                hints.nth(at).hover()
            assert page.title() != "ran"
            assert page.locator('img[src="x"]').count() == 0
            assert wrong == []
        page.close()


def test_the_keyboard_reaches_pages_and_filters(chrome, sample):
    with dashboard_over(sample) as address:
        page, wrong = watched(chrome, 1440, address)
        show(page, address)
        page.locator("input[type=radio]:checked").focus()
        page.keyboard.press("ArrowDown")
        page.wait_for_function("document.querySelector('h1').innerText === 'Journeys'", timeout=20_000)
        assert "page=journeys" in page.url
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "combobox"
        assert wrong == []
        page.close()


def test_streamlits_own_csv_is_not_offered(chrome, sample):
    with dashboard_over(sample) as address:
        page, _ = watched(chrome, 1440, address)
        show(page, f"{address}/?page=health")
        page.locator('[data-testid="stDataFrame"]').first.hover()
        assert not any(one.is_visible() for one in page.locator('[aria-label="Download as CSV"]').all())
        with page.expect_download() as download:
            page.get_by_role("button", name="Download CSV").first.click()
        assert download.value.suggested_filename == "freshness.csv"
        page.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the documentation site, over a file without tables: the texts are the project's."""
    folder = tmp_path_factory.mktemp("site")
    duckdb.connect(str(folder / "none.duckdb")).close()
    done = subprocess.run(
        [PYTHON, PROJECT / "scripts" / "make_docs.py", f"--db={folder / 'none.duckdb'}"],
        env=os.environ | {"DBT_TARGET_PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "static_index.html"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_documentation_opens_on_a_drawing_of_the_layers_that_can_be_read(chrome, site, width):
    page = chrome.new_page(viewport={"width": width, "height": HEIGHT})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.as_uri())
    drawing = page.get_by_alt_text("Layers of the project")
    drawing.scroll_into_view_if_needed()
    # It is whole within the window, and its letters have 9 pixels at least.
    place = drawing.bounding_box()
    assert place["x"] >= 0 and place["x"] + place["width"] <= width
    assert place["width"] >= 280
    page.get_by_role("link", name="agg_journey_routes").first.click()
    page.wait_for_function("document.querySelector('h1').innerText.includes('agg_journey_routes')", timeout=20_000)
    assert [url for url in asked if url.startswith(("http:", "https:", "ws:"))] == []
    page.close()
