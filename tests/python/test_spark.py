"""Both engines build the same, where Spark is installed: a quick look, and with --long all that tests/spark asks."""

import os
import shutil
import subprocess

import pytest

from warehouse import PROJECT

PYTHON = PROJECT / ".spark" / "bin" / "python"
NEEDS_SPARK = pytest.mark.skipif(
    not PYTHON.exists() or not (os.environ.get("JAVA_HOME") or shutil.which("java")),
    reason="left out: Spark isn't here; install Java 17, and run make spark",
)


def ended_well(*options: str) -> bool:
    """Run tests/spark in Spark's environment. Returns whether all passed, and prints what failed."""
    command = [PYTHON, "-m", "pytest", "-c", "tests/spark/pytest.ini", "tests/spark", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CIJ_", "PYTEST_"))}
    ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    print(ended.stdout[-6000:])
    return ended.returncode == 0


@NEEDS_SPARK
def test_the_main_facts():
    assert ended_well("-k", "main_facts")


@NEEDS_SPARK
@pytest.mark.long
def test_everything():
    assert ended_well("-k", "not main_facts")
