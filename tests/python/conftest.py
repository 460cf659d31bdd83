"""The sample's warehouse and project, made once for all tests that ask about them, and which tests run together."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from warehouse import PROJECT, Project

# Files that share a warehouse, or a project parsed with settings of its own, share a process; those that build most
# start first, so that none is left over at the end.
SHARING_THE_SAMPLE = (
    "test_sample",
    "test_marts",
    "test_semantic_layer",
    "test_command_line",
    "test_dashboard",
    "test_report",
    "test_benchmarks",
)
SHARING_PASSED_COLUMNS = ("test_passthrough_columns", "test_erasure")
BUILDING_MOST = (
    "test_loads",
    "test_refresh",
    *SHARING_THE_SAMPLE,
    "test_privacy",
    *SHARING_PASSED_COLUMNS,
    "test_random_exports",
    "test_damaged_exports",
    "test_simulated_exports",
    "test_refresh_files",
    "test_refresh_crashes",
    "test_generations",
    "test_merges",
    "test_schedules",
)

# What `make check` runs: rules without any warehouse, a small export against the oracle, and over it dbt's unit tests.
CHECKED = (
    "test_oracle",
    "test_quoting",
    "test_export_listing",
    "test_documents",
    "test_makefile",
    "test_random_exports",
)


class BuildsOnce(LoadScopeScheduling):
    """Gives all tests of a file, or of the files that share something, to one process."""

    def _split_scope(self, nodeid: str) -> str:
        name = Path(nodeid.split("::")[0]).stem
        return next((shared[0] for shared in (SHARING_THE_SAMPLE, SHARING_PASSED_COLUMNS) if name in shared), name)


def pytest_xdist_make_scheduler(config, log):
    """Return what divides the tests among the processes."""
    return BuildsOnce(config, log)


def pytest_addoption(parser):
    """Add --long and --check."""
    parser.addoption("--long", action="store_true", help="also run more cases of what takes long")
    parser.addoption("--check", action="store_true", help="run what tells most, and nothing else")


def pytest_configure(config):
    """Say what the marker means, how many random examples run, and give all builds one secret to compare hashes."""
    os.environ.setdefault("CIJ_PII_SECRET", hashlib.sha256(b"the secret of the tests").hexdigest())
    phases = [hypothesis.Phase.explicit] + [hypothesis.Phase.generate] * config.getoption("--long")
    hypothesis.settings.register_profile("cij", phases=phases, database=None)
    hypothesis.settings.load_profile("cij")
    config.addinivalue_line("markers", "long: one more case of what others test already; runs with --long only")


def pytest_collection_modifyitems(config, items):
    """Put the tests that build most first, and leave out the long ones unless they are asked for."""
    if config.getoption("--check"):
        items[:] = [item for item in items if item.path.stem in CHECKED]
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="runs with --long"))
    places = {name: place for place, name in enumerate(BUILDING_MOST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def scratch(tmp_path_factory):
    """Return the folder that the sample's warehouse stands in."""
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="session")
def build(scratch):
    """Return the finished process of the sample's one build, which makes a file of the marts alone, too."""
    command = [sys.executable, PROJECT / "scripts" / "build.py", "--db", scratch / "warehouse.duckdb"]
    command += ["--publish", scratch / "journeys.duckdb"]
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
