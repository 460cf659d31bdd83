"""What scripts/scaling.py measures with."""

import sys

import pytest

from benchmarks.dashboard_queries import QUERIES, answer_times
from benchmarks.watched import watched

WORK = "import subprocess, sys, time; big = b'x' * 300_000_000; subprocess.run([sys.executable, '-c', '{inner}'])"
INNER = "end = time.process_time() + 1.5\nwhile time.process_time() < end: pass".replace("\n", "\\n")


def test_the_processes_of_a_command_are_watched_together():
    inner = f"import time; exec({INNER!r})".replace("'", '"')
    found = watched([sys.executable, "-c", WORK.replace("{inner}", inner)])
    # Read every half second: what is used after the last look is missing.
    assert 0.5 < found["cpu_seconds"] < 4
    assert found["seconds"] > 1.5
    assert 0.28 < found["peak_gb"] < 1


def test_what_a_command_prints_as_json_is_told():
    assert watched([sys.executable, "-c", "print('{\"nodes\": 3}')"])["output"] == {"nodes": 3}
    assert "output" not in watched([sys.executable, "-c", "print('100% done')"])


def test_a_command_that_fails_ends_with_its_own_words():
    with pytest.raises(SystemExit, match="no such export"):
        watched([sys.executable, "-c", "import sys; sys.exit('no such export')"])


def test_ten_queries_of_the_dashboard_are_asked(warehouse):
    found = answer_times(warehouse)
    assert list(found) == list(QUERIES)
    assert len(QUERIES) == 10
    assert all(0 < query["median_ms"] <= query["p95_ms"] for query in found.values())
