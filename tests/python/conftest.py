"""The sample's warehouse and project, made once for all tests that ask about them, and which tests run together."""

import subprocess
import sys

import pytest
from warehouse import PROJECT, Project

# Files that share a warehouse share a process; those that build most start first, so that none is left over at the end.
SHARING_THE_SAMPLE = ("test_sample", "test_marts", "test_semantic_layer")
BUILDING_MOST = ("test_simulated_exports", "test_random_exports")


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the marks in the same hook
def pytest_collection_modifyitems(items):
    """Tell pytest-xdist which tests stay in one process, and order them."""
    for item in items:
        name = item.path.stem
        item.add_marker(pytest.mark.xdist_group("sample" if name in SHARING_THE_SAMPLE else name))
    items.sort(key=lambda item: BUILDING_MOST.index(item.path.stem) if item.path.stem in BUILDING_MOST else 9)


@pytest.fixture(scope="session")
def scratch(tmp_path_factory):
    """Return the folder that the sample's warehouse stands in."""
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="session")
def build(scratch):
    """Return the finished process of the sample's one build."""
    command = [sys.executable, PROJECT / "scripts" / "build.py", "--db", scratch / "warehouse.duckdb"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def warehouse(build, scratch):
    """Return the path of the warehouse."""
    assert build.returncode == 0, build.stderr
    return scratch / "warehouse.duckdb"


@pytest.fixture(scope="session")
def project(scratch):
    """Return the project over the sample, parsed."""
    project = Project(scratch, raw=None)
    project.parsed()
    return project
