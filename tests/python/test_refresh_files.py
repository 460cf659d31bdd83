"""What a refresh does around dbt: its files, its lock, its log. dbt itself is stood in for (stand_in.py)."""

import hashlib
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import ClassVar

import duckdb
import pytest

import stand_in
from cij import disk
from cij.commands.refresh import report, sentence
from cij.loading.listing import list_export
from cij.loading.new_files import compare, known_names
from cij.publishing.failure_hook import call_hook
from cij.publishing.figures import compact
from cij.publishing.run_log import RunLog
from stand_in import add_file, start, state
from warehouse import PROJECT

READERS = 8
# Reads until a file named stop appears: each time a connection of its own, and one that stays open for a while.
READER = """
import sys, time
sys.path.insert(0, sys.argv[3])
import duckdb
from pathlib import Path
from stand_in import MARTS, state
published, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen = []
while not stop.exists():
    generation, files = state(published)
    assert not seen or generation >= seen[-1], "back in time"
    seen.append(generation)
    with duckdb.connect(str(published), read_only=True) as connection:
        of = f"select max(generation), count(*) from marts.{MARTS[0]}"
        first = connection.execute(of).fetchone()
        time.sleep(0.2)
        assert connection.execute(of).fetchone() == first, "a connection saw two generations"
    time.sleep(0.5)
print(len(set(seen)), len(seen))
"""


@pytest.fixture
def memory(tmp_path):
    """Return a folder that costs no disk, where there is one."""
    place = Path("/dev/shm")
    if not os.access(place, os.W_OK):
        yield tmp_path
        return
    folder = place / f"cij-{os.getpid()}"
    folder.mkdir()
    yield folder
    subprocess.run(["rm", "-rf", folder], check=True)


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Return the place of a published file, beside an export with one file."""
    for module, name in ((stand_in.refresh, each) for each in ("load", "run_dbt", "fingerprints")):
        monkeypatch.setattr(module, name, getattr(module, name))
    add_file(tmp_path / "export", "0")
    return tmp_path / "journeys.duckdb"


def refreshed(published: Path, *options: str) -> stand_in.refresh.Refresh:
    """Refresh from the export beside the file, which must work."""
    run = start(published, published.parent / "export", *options)
    assert run.record["outcome"] in ("published", "nothing_new", "rolled_back", "dry_run"), run.errors
    return run


def place_of(published: Path) -> Path:
    """Return the private folder."""
    return published.with_name(f".{published.name}.refresh")


def everything(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def log_of(published: Path) -> list[tuple]:
    """Return outcome and generation of every run."""
    return [
        (record["outcome"], record["generation"]) for record in RunLog(place_of(published) / "runs.jsonl").records()
    ]


# Crashes and readers


def test_killed_before_any_of_its_calls_a_refresh_leaves_a_whole_file_and_the_next_one_heals(memory, request):
    is_long = request.config.getoption("--long")
    command = [
        sys.executable,
        PROJECT / "tests" / "python" / "stand_in.py",
        memory / "j.duckdb",
        memory / "export",
        "1" if is_long else "8",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kills"] >= (100 if is_long else 12)
    assert 0 < told["published_by_killed"] < told["kills"]


def test_readers_see_one_whole_generation_at_a_time(memory, monkeypatch, request):
    publishes = 20 if request.config.getoption("--long") else 10
    stand_in.remember_the_rules(monkeypatch.setattr)
    monkeypatch.setattr(stand_in.refresh, "load", stand_in.refresh.load)
    monkeypatch.setattr(stand_in.refresh, "run_dbt", stand_in.refresh.run_dbt)
    published, stop = memory / "journeys.duckdb", memory / "stop"
    add_file(memory / "export", "0")
    refreshed(published)
    command = [sys.executable, "-c", READER, published, stop, Path(__file__).parent]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(READERS)
    ]
    time.sleep(2)
    for number in range(1, publishes + 1):
        add_file(memory / "export", str(number))
        assert refreshed(published).record["generation"] == number + 1
    stop.touch()
    for reader in readers:
        printed, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, errors
        assert int(printed.split()[0]) > 1, "saw one generation only"


# Generations


def test_so_many_generations_are_kept_and_a_rollback_goes_back_one_at_a_time(published):
    for number in range(1, 5):
        refreshed(published, "--keep", "3")
        add_file(published.parent / "export", str(number))
    generations = place_of(published) / "generations"
    assert sorted(path.name for path in generations.iterdir()) == ["000002", "000003", "000004"]
    assert [state(published)[0], len(state(published)[1])] == [4, 4]
    for number in (3, 2):
        assert start(published, None, "--rollback").record["generation"] == number
        assert [state(published)[0], len(state(published)[1])] == [number, number]
        assert sorted(path.name for path in generations.iterdir())[-1] == f"{number:06}"
    refused = start(published, None, "--rollback")
    assert (refused.record["outcome"], state(published)[0]) == ("refused", 2)
    assert "no generation before this one was kept" in refused.errors[0]
    # What came after is new again, and gets a number of its own.
    run = refreshed(published)
    assert (run.record["files_new"], run.record["generation"]) == (3, 5)
    assert len(state(published)[1]) == 5
    assert log_of(published)[-4:] == [("rolled_back", 3), ("rolled_back", 2), ("refused", 2), ("published", 5)]


def test_files_are_for_the_owner_and_the_group_and_the_private_folder_for_the_owner(published):
    command = [
        sys.executable,
        "-c",
        "import stand_in; from cij.commands.refresh import main; "
        "stand_in.refresh.load, stand_in.refresh.run_dbt = stand_in.stand_in_load, stand_in.stand_in; main()",
    ]
    command += ["--raw", published.parent / "export", "--publish", published, "--parquet", published.parent / "parquet"]
    environment = os.environ | {"PYTHONPATH": f"{PROJECT}/scripts:{PROJECT}/tests/python"}
    subprocess.run(command, check=True, env=environment, umask=0o022)
    assert published.stat().st_mode & 0o777 == 0o440
    assert place_of(published).stat().st_mode & 0o777 == 0o700
    for path in [*place_of(published).rglob("*"), *(published.parent / "parquet").rglob("*.parquet")]:
        assert path.stat().st_mode & 0o027 == 0, path
    add_file(published.parent / "export", "1")
    subprocess.run(command, check=True, env=environment, umask=0o077)
    assert published.stat().st_mode & 0o777 == 0o400


def test_a_dry_run_changes_nothing(published):
    assert "everything would be loaded" in sentence(refreshed(published, "--dry-run"))
    assert [path.name for path in published.parent.iterdir()] == ["export"]
    refreshed(published)
    add_file(published.parent / "export", "1")
    before = everything(published.parent)
    run = refreshed(published, "--dry-run", "--parquet", str(published.parent / "parquet"))
    assert sentence(run) == "1 new, 0 changed and 0 gone file(s); they would be loaded"
    assert everything(published.parent) == before
    assert not (published.parent / "parquet").exists()


def test_files_that_changed_or_are_gone_are_told_and_nothing_is_forgotten(published):
    first = published.parent / "export" / "WebsiteVisited" / "0.csv"
    add_file(published.parent / "export", "1")
    refreshed(published)
    first.unlink()
    run = refreshed(published)
    assert (run.record["outcome"], run.record["files_gone"]) == ("nothing_new", 1)
    assert len(state(published)[1]) == 2
    add_file(published.parent / "export", "0")
    run = refreshed(published, "--dry-run")
    assert (run.record["files_changed"], run.record["files_gone"]) == (1, 0)


def test_the_file_that_was_taken_away_is_put_back(published):
    refreshed(published)
    published.unlink()
    assert refreshed(published).record["outcome"] == "nothing_new"
    assert state(published)[0] == 1


def test_a_copy_of_everything_on_another_machine_goes_on(published, tmp_path):
    refreshed(published)
    other = tmp_path / "other"
    other.mkdir()
    subprocess.run(["cp", "-r", published, place_of(published), other], check=True)
    assert start(other / published.name, tmp_path / "export").record["outcome"] == "nothing_new"
    assert (other / published.name).samefile(place_of(other / published.name) / "generations/000001/published.duckdb")


@pytest.mark.parametrize("kind", ["database", "text", "folder"])
def test_a_file_of_somebody_else_is_left_alone(published, kind):
    if kind == "database":
        with duckdb.connect(str(published)) as connection:
            connection.execute("create table mine as select 1 as kept")
    elif kind == "text":
        published.write_text("my notes " * 1000)
    else:
        published.mkdir()
    before = everything(published.parent)
    run = start(published, published.parent / "export")
    assert run.record["outcome"] == "refused"
    assert str(published) in run.errors[0]
    assert before.items() <= everything(published.parent).items()
    if kind == "database":
        assert "--full-refresh" in run.errors[0]
        refreshed(published, "--full-refresh")
        assert state(published)[0] == 1
    else:
        assert start(published, published.parent / "export", "--full-refresh").record["outcome"] == "refused"


def test_without_its_private_folder_a_file_is_replaced_by_a_full_refresh_only(published):
    refreshed(published)
    place_of(published).rename(published.parent / "lost")
    run = start(published, published.parent / "export")
    assert run.record["outcome"] == "refused"
    assert "its generation 1 is not in" in run.errors[0]
    refreshed(published, "--full-refresh")
    assert len(state(published)[1]) == 1


def test_rules_that_changed_are_told_apart(published, monkeypatch):
    export = published.parent / "export"
    refreshed(published)
    run = start(published, export, "--vars", '{start_date: "2024-01-01"}')
    assert run.record["outcome"] == "refused"
    assert "set them back, or say --full-refresh" in run.errors[0]
    run = refreshed(published, "--vars", "{freshness_limit_hours: 7}")
    assert (run.record["outcome"], stand_in.OPTIONS["full_refresh"]) == ("published", True)
    assert refreshed(published, "--vars", "{freshness_limit_hours: 7}").record["outcome"] == "nothing_new"
    options = ("--vars", '{start_date: "2024-01-01"}')
    assert refreshed(published, *options, "--full-refresh").record["outcome"] == "published"
    assert refreshed(published, *options).record["outcome"] == "nothing_new"


def test_files_that_are_gone_are_told_where_that_may_be_a_slip(published):
    export = published.parent / "export"
    add_file(export, "1")
    refreshed(published)
    (export / "WebsiteVisited" / "0.csv").unlink()
    assert refreshed(published).warnings == []
    for options in (("--full-refresh", "--dry-run"), ("--full-refresh",)):
        (warning,) = refreshed(published, *options).warnings
        assert warning.startswith("1 file(s) that were loaded are gone from ") and "0.csv; a full refresh" in warning
    other = add_file(published.parent / "other", "2").parent.parent
    run = start(published, other)
    assert run.record["outcome"] == "published"
    assert run.warnings[0].startswith(f"none of the 1 file(s) that were loaded is in {other}; their rows stay")
    assert len(state(published)[1]) == 2
    start(published, None, "--rollback")
    assert len(state(published)[1]) == 1


def test_a_warehouse_with_loads_is_not_replaced_even_by_a_full_refresh(published):
    with duckdb.connect(str(published)) as connection:
        connection.execute("create schema raw; create table raw.loaded_files as select 1 as kept")
    before = published.read_bytes()
    run = start(published, published.parent / "export", "--full-refresh")
    assert run.record["outcome"] == "refused"
    assert "a warehouse that holds what was loaded from an export; choose another file" in run.errors[0]
    assert published.read_bytes() == before


# Parquet


def test_parquet_files_follow_the_published_file(published):
    folder = published.parent / "parquet"
    options = ("--parquet", str(folder), "--keep", "2")
    for number in range(1, 4):
        refreshed(published, *options)
        add_file(published.parent / "export", str(number))
    assert len([path for path in folder.iterdir() if path.name[0] == "0"]) == 2
    marts = {path.stem for path in (folder / "current").iterdir()}
    assert marts == set(stand_in.MARTS)
    assert duckdb.sql(f"select count(*) from '{folder}/current/fct_a.parquet'").fetchone() == (3,)
    start(published, None, "--rollback", *options[:2])
    assert duckdb.sql(f"select count(*) from '{folder}/current/fct_a.parquet'").fetchone() == (2,)


def test_a_folder_with_other_things_is_no_place_for_parquet_files(published):
    run = start(published, published.parent / "export", "--parquet", str(published.parent))
    assert run.record["outcome"] == "refused"
    assert "holds other things, such as " in run.errors[0]
    assert not published.exists()


# The lock


def test_a_second_refresh_is_told_of_the_first_and_a_killed_one_holds_nothing(published):
    refreshed(published)
    code = """
import sys, time, pathlib
from cij.publishing.lock import Lock
with Lock(pathlib.Path(sys.argv[1])) as lock:
    lock.sign("the first", "2026-01-02 03:04:05")
    print("locked", flush=True)
    time.sleep(600)
"""
    command = [sys.executable, "-c", code, place_of(published)]
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "scripts")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as first:
        assert first.stdout.readline() == "locked\n"
        run = start(published, published.parent / "export")
        assert run.record["outcome"] == "busy"
        assert run.errors == [f"another refresh is running: process {first.pid}, since 2026-01-02 03:04:05 UTC"]
        first.send_signal(signal.SIGKILL)
    assert refreshed(published).record["outcome"] == "nothing_new"
    assert log_of(published) == [("published", 1), ("interrupted", None), ("nothing_new", 1)]


# The log


def test_a_line_cut_short_costs_that_line_only(tmp_path):
    log = RunLog(tmp_path / "runs.jsonl")
    log.append({"run_id": "a", "outcome": "published", "generation": 1})
    with log.path.open("a") as file:
        file.write('{"run_id": "b", "outc')
    log.append({"run_id": "c", "outcome": "nothing_new", "generation": 1})
    assert [record["run_id"] for record in log.records()] == ["a", "c"]
    assert (log.last_generation(), log.highest_generation()) == (1, 1)


def test_the_log_survives_rollback_and_full_refresh_and_is_published(published):
    refreshed(published)
    add_file(published.parent / "export", "1")
    refreshed(published)
    start(published, None, "--rollback")
    start(published, published.parent / "nowhere")
    refreshed(published, "--full-refresh")
    outcomes = ["published", "published", "rolled_back", "refused", "published"]
    assert [outcome for outcome, _ in log_of(published)] == outcomes
    with duckdb.connect(str(published), read_only=True) as connection:
        shown = connection.execute("select outcome from ops.refresh_runs order by started_at").fetchall()
        newest = "select generation, files_new, rows_new, ended_at >= started_at from ops.refresh_runs"
        newest = connection.execute(f"{newest} order by started_at desc limit 1").fetchone()
    assert [outcome for (outcome,) in shown] == outcomes
    assert newest == (3, 2, 2, True)


# The hook


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps what is posted to it."""

    received: ClassVar[list[bytes]] = []
    status = 200

    def do_POST(self) -> None:
        """Take in a request."""
        self.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_) -> None:
        """Say nothing."""


@pytest.fixture
def receiver():
    """Return a server on loopback and its address."""
    Receiver.received, Receiver.status = [], 200
    with http.server.HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/failed"
        server.shutdown()


def test_the_hook_gets_the_summary_of_a_failed_run(published, receiver, tmp_path, capsys, monkeypatch):
    secret = hashlib.sha256(b"nobody's business").hexdigest()
    monkeypatch.setenv("CIJ_PII_SECRET", secret)
    for hook in (receiver, f"cat > '{tmp_path}/summary'; env > '{tmp_path}/environment'"):
        run = start(published, published.parent / "nowhere", "--on-failure", hook)
        report(run)
    printed = capsys.readouterr().out.splitlines()
    assert json.loads(Receiver.received[0]) == json.loads(printed[0])
    assert json.loads((tmp_path / "summary").read_text()) == json.loads(printed[1])
    assert json.loads(printed[1])["exit_code"] == 2
    assert "no such folder" in json.loads(printed[1])["errors"][0]
    assert secret not in (tmp_path / "environment").read_text()
    report(refreshed(published, "--on-failure", receiver))
    assert len(Receiver.received) == 1


@pytest.mark.parametrize(
    ("hook", "problem"),
    [("exit 3", "failed (3)"), ("http://127.0.0.1:9/", "can't be reached"), ("receiver", "answered 500")],
)
def test_a_hook_that_fails_is_told_and_changes_nothing(published, receiver, capsys, hook, problem):
    Receiver.status = 500
    run = start(published, published.parent / "nowhere", "--on-failure", receiver if hook == "receiver" else hook)
    report(run)
    assert stand_in.refresh.EXIT_CODES[run.record["outcome"]] == 2
    assert problem in capsys.readouterr().err
    assert call_hook("true", "{}") is None


def test_the_hook_is_told_no_secret(tmp_path, monkeypatch):
    names = (
        "CIJ_PII_SECRET", "AZURE_STORAGE_CONNECTION_STRING", "AZURE_CLIENT_SECRET", "AZURE_STORAGE_KEY",
        "AZURE_STORAGE_SAS_TOKEN", "azure_password", "CREDENTIALS_DIRECTORY", "SMTP_PASSWD", "api_key",
    )  # fmt: skip
    for name in names:
        monkeypatch.setenv(name, "nobody's business")
    monkeypatch.setenv("MAILTO", "somebody")
    assert call_hook(f"env > '{tmp_path}/environment'", "{}") is None
    told = (tmp_path / "environment").read_text()
    assert "nobody's business" not in told
    assert "MAILTO=somebody" in told and "PATH=" in told


# Disk, and what is read without opening


def test_a_disk_without_room_for_another_generation_is_told_before_any_work(published, monkeypatch):
    refreshed(published)
    add_file(published.parent / "export", "1")
    before = everything(published.parent)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1000}))
    run = start(published, published.parent / "export")
    assert run.record["outcome"] == "exhausted"
    assert "are needed here and 0 MB are free" in run.errors[0]
    after = everything(published.parent)
    log = str(place_of(published) / "runs.jsonl")
    assert {path for path in after if after[path] != before.get(path)} == {log}


@pytest.mark.parametrize("in_kernel", [True, False])
def test_a_copy_is_the_same(tmp_path, monkeypatch, in_kernel):
    (tmp_path / "a").write_bytes(os.urandom(3_000_001))
    if not in_kernel:
        monkeypatch.delattr(os, "copy_file_range", raising=False)
    disk.copy_file(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_file_with_many_free_blocks_is_made_small(tmp_path):
    path = tmp_path / "x.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema marts; create table marts.a as select range as n, random() as r from range(500000)"
        )
        connection.execute("checkpoint; create table marts.b as from marts.a; drop table marts.a; checkpoint")
    before = path.stat().st_size
    compact(path)
    assert path.stat().st_size < 0.7 * before
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select count(*), max(n) from marts.b").fetchone() == (500000, 499999)
        assert "v1.4.0" in str(connection.execute("select tags from duckdb_databases()").fetchall())
    small = path.read_bytes()
    compact(path)
    assert path.read_bytes() == small


def test_delta_tables_are_new_with_each_commit(tmp_path):
    log = tmp_path / "EmailSent" / "_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020}.json").write_text("{}")
    (tmp_path / "EmailSent" / "part-0.parquet").write_text("not opened")
    known = {name.lower(): {"name": name} for name in known_names()}

    def found(commits: dict) -> tuple[int, int]:
        result = compare(list_export(str(tmp_path), known).files, {}, commits)
        return len(result.new), len(result.changed)

    table = str(tmp_path / "EmailSent")
    assert found({}) == (1, 0)
    assert found({table: f"{0:020}.json"}) == (0, 0)
    (log / f"{1:020}.json").write_text("{}")
    (log / "_last_checkpoint").write_text("{}")
    assert found({table: f"{0:020}.json"}) == (0, 1)
    # A V2 checkpoint names its parts by guids, which sort behind every commit.
    (log / "_sidecars").mkdir()
    for name in (f"{1:020}.checkpoint.9f2d1c3a-0000-4000-8000-000000000001.json", "_sidecars/9f2d1c3a.parquet"):
        (log / name).write_text("{}")
    (log / "9f2d1c3a.crc").write_text("")
    assert found({table: f"{1:020}.json"}) == (0, 0)
    (log / f"{2:020}.json").write_text("{}")
    assert found({table: f"{1:020}.json"}) == (0, 1)
    assert found({table: f"{2:020}.json"}) == (0, 0)


def test_the_listing_knows_the_tables_that_dbt_knows():
    names = known_names()
    assert len(names) == len(set(names)) == 145 + 14 + 2
    assert {"ActionEvent", "JourneyEvent", "EmailSent", "contact"} <= set(names)
