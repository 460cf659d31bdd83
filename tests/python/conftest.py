"""The sample's warehouse and project, made once for all tests that ask about them."""

import subprocess
import sys

import pytest
from warehouse import PROJECT, Project


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
