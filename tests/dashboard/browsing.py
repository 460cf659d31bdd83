"""A dashboard that runs, and Chromium that looks at it: for tests, and for the pictures of the guides."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent.parent
HEIGHT = 900
# The page is drawn when Streamlit says that its script has ended, and no chart waits for its first picture.
IS_STILL = """
    () => document.querySelector('h1')
        && document.querySelector('[data-testid="stApp"]').dataset.testScriptState === 'notRunning'
        && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
"""


def chromium() -> str | None:
    """Return the path of the system's Chromium; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextlib.contextmanager
def dashboard_over(file: Path) -> Iterator[str]:
    """Run the dashboard over a file, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, PROJECT / "dashboards" / "start.py", f"--db={file}", f"--port={port}"]
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "scripts")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str, process: subprocess.Popen) -> None:
    """Wait until a dashboard answers. Raises TimeoutError where it doesn't within a minute, or has ended."""
    for _ in range(240):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
            return
        if process.poll() is not None:
            break
        time.sleep(0.25)
    raise TimeoutError("the dashboard doesn't answer")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Run Chromium, which draws without a screen."""
    with sync_playwright() as playwright:
        # In a container it may not make a sandbox of its own; it sees nothing but this dashboard.
        chrome = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            yield chrome
        finally:
            chrome.close()


def show(page: Page, address: str) -> None:
    """Open an address, and wait until it is drawn."""
    page.goto(address)
    page.wait_for_function(IS_STILL, timeout=60_000)
    page.wait_for_timeout(700)
