"""A refresh that is killed at any moment, dbt's work included, leaves a whole file, and the next one heals."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import simulate
from refreshing import Place, generation_of, readable_marts
from test_loads import contents, differences
from warehouse import PROJECT

SEED = 20
KILLS = 55


@pytest.mark.long
def test_killed_at_random_moments_over_the_whole_run(tmp_path, monkeypatch):
    # Both warehouses hash personal data with this key, not with one of their own.
    monkeypatch.setenv("CIJ_PII_SECRET", hashlib.sha256(b"the same for both").hexdigest())
    simulated = tmp_path / "simulated"
    assert simulate.main(["--out", str(simulated), "--rows", "300", "--seed", "6", "--quiet"]) == 0
    place = Place(tmp_path, simulated)
    started = time.monotonic()
    done = place.refresh()
    assert done.returncode == 0, done.stderr
    length = time.monotonic() - started
    moments, known, kills = random.Random(SEED), {1: place.published.read_bytes()}, 0
    while kills < KILLS:
        if generation_of(place.published) == len(known):
            add_opens(place, len(known))
        # Half of them early, where they are cheap: there files are copied and looked at.
        moment = moments.uniform(0.1, length * 1.1) if moments.random() < 0.5 else moments.uniform(0.1, length / 5)
        kill_after(place, moment)
        kills += 1
        number = generation_of(place.published)
        assert number in (len(known), len(known) + 1)
        content = place.published.read_bytes()
        assert known.setdefault(number, content) == content
        assert len(readable_marts(place.published)) >= 45
    add_opens(place, "last")
    healed = place.refresh()
    assert healed.returncode == 0, healed.stderr
    assert {path.name for path in place.private.iterdir()} == {"lock", "runs.jsonl", "generations"}
    compare_with_a_fresh_build(place)


def add_opens(place: Place, name: object) -> None:
    """Add a file with events of its own to the export."""
    rows = [f"{name} {n},p-{n},Contact,2025-03-01T09:00:00Z\n" for n in range(20)]
    place.add(f"EmailOpened/{name}.csv", "IdempotencyId,ProfileId,ProfileType,Timestamp\n", *rows)


def kill_after(place: Place, seconds: float) -> None:
    """Start a refresh and kill it, with all that it started, unless it has ended by then."""
    running = place.start()
    try:
        running.communicate(timeout=seconds)
        assert running.returncode == 0
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()


def compare_with_a_fresh_build(place: Place) -> None:
    """Assert that the published marts are those of a build from all files, row for row."""
    fresh = place.folder / "fresh.duckdb"
    command = [sys.executable, PROJECT / "scripts" / "build.py", "--raw", place.export, "--db", fresh, "--json"]
    subprocess.run([*command, "--vars", "{erase_deleted_people: true}"], check=True, capture_output=True)
    assert differences(marts_of(place.published), marts_of(fresh)) == {}


def marts_of(database: Path) -> dict[str, list[tuple]]:
    """Return the rows of every mart."""
    return {name: found for name, found in contents(database).items() if name.startswith("marts.")}
