"""The warehouses that the pages are tried on: the sample, one of e-mail alone, and one without a single event."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
# dbt is not in the dashboard's environment.
PYTHON = PROJECT / ".venv" / "bin" / "python"


BUILT = {"sample": "the published sample", "email-only": "one of e-mail alone", "empty": "one without events"}


def pytest_addoption(parser):
    """Add an option for each warehouse."""
    for name, meaning in BUILT.items():
        parser.addoption(f"--{name}", type=Path, help=f"{meaning}, where it has been built already")


@pytest.fixture(scope="session")
def sample(pytestconfig, tmp_path_factory) -> Path:
    """Return what a build of the sample publishes."""
    return pytestconfig.getoption("--sample") or built(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def email_only(pytestconfig, tmp_path_factory) -> Path:
    """Return what a build of an export publishes that has e-mail alone."""
    if pytestconfig.getoption("--email-only"):
        return pytestconfig.getoption("--email-only")
    folder = tmp_path_factory.mktemp("email_only")
    command = [PYTHON, "-m", "cij", "simulate", "--out", folder / "all", "--rows", "3000"]
    subprocess.run(command, check=True, capture_output=True, cwd=PROJECT)
    (folder / "export").mkdir()
    for table in (folder / "all").glob("Email*"):
        shutil.move(table, folder / "export")
    return built(folder, folder / "export")


@pytest.fixture(scope="session")
def empty(pytestconfig, tmp_path_factory) -> Path:
    """Return what a build of an export publishes that has one table without rows."""
    if pytestconfig.getoption("--empty"):
        return pytestconfig.getoption("--empty")
    folder = tmp_path_factory.mktemp("empty")
    table = folder / "export" / "EmailSent"
    table.mkdir(parents=True)
    (table / "part.csv").write_text("InternalMarketingInteractionId,Timestamp\n")
    return built(folder, folder / "export")


def built(folder: Path, raw: Path | None = None) -> Path:
    """Return the marts alone of a build. Arguments: folder (for its files), raw (an export; None = the sample)."""
    command = [
        PYTHON,
        "-m",
        "cij",
        "build",
        f"--db={folder / 'warehouse.duckdb'}",
        f"--publish={folder / 'journeys.duckdb'}",
    ]
    done = subprocess.run(
        [*command, *([f"--raw={raw}"] if raw else [])], capture_output=True, text=True, check=False, cwd=PROJECT
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / "journeys.duckdb"


@pytest.fixture(params=["sample", "email_only", "empty"])
def warehouse(request, monkeypatch) -> Path:
    """Return one warehouse after the other, for the app to read."""
    file = request.getfixturevalue(request.param)
    monkeypatch.setenv("CIJ_DASHBOARD_DB", str(file))
    return file
