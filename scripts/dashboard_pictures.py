"""Makes the pictures of docs/dashboards.md and of the README, of the sample, in Chromium.

Usage: .dashboard/bin/python scripts/dashboard_pictures.py [FILE], with FILE a published sample (else warehouse.duckdb).
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

PROJECT = Path(__file__).resolve().parent.parent
IMAGES = PROJECT / "docs" / "images"
sys.path.append(str(PROJECT / "tests" / "dashboard"))

from browsing import browser, dashboard_over, show  # noqa: E402

WIDE, NARROW = 1280, 420
# File: address, width and height of the window, and the heading to scroll to.
PICTURES = {
    "overview": ("page=overview&period=90", WIDE, 1000, None),
    "journeys": ("page=journeys&period=all", WIDE, 1240, "Funnel"),
    "channels": ("page=channels&period=90", WIDE, 1000, None),
    "consent": ("page=consent&period=90", WIDE, 1000, None),
    "deliverability": ("page=deliverability&period=90", WIDE, 1000, "Recipient domains"),
    "audience": ("page=audience&period=all", WIDE, 1000, None),
    "health": ("page=health&period=all", WIDE, 1000, None),
    "narrow": ("page=overview&period=90", NARROW, 900, None),
}
COLOURS = 128


def main() -> None:
    """Make every picture."""
    IMAGES.mkdir(exist_ok=True)
    file = Path(sys.argv[1] if len(sys.argv) > 1 else PROJECT / "warehouse.duckdb")
    with dashboard_over(file) as address, browser() as chrome:
        for name, (wanted, width, height, text) in PICTURES.items():
            page = chrome.new_page(viewport={"width": width, "height": height})
            show(page, f"{address}/?{wanted}")
            if text:
                page.get_by_role("heading", name=text).first.evaluate("one => one.scrollIntoView()")
                page.wait_for_timeout(500)
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            # Few colours are enough for charts, and make small files.
            picture.quantize(COLOURS).save(IMAGES / f"dashboard-{name}.png", optimize=True)
            page.close()


if __name__ == "__main__":
    main()
