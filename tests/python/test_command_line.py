"""The package's command line: its commands, and what `status` says of each kind of file."""

import json
import subprocess
import sys

import duckdb
import pytest

from cij.__main__ import COMMANDS
from cij.commands.status import UnknownFileError, as_text, main, status
from stand_in import add_file, start


def cij(*words: str) -> subprocess.CompletedProcess:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "cij", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_command_says_what_it_does():
    told = cij("--help").stdout
    for name in COMMANDS:
        assert f"  {name} " in told
        done = cij(name, "--help")
        assert (done.returncode, done.stdout.startswith(f"usage: cij {name}")) == (0, True), name


def test_a_command_that_is_none_is_refused():
    done = cij("biuld")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: biuld: no such command; they are {', '.join(COMMANDS)}\n"


def test_rollback_is_the_refresh_that_goes_back(tmp_path):
    done = cij("rollback", "--publish", str(tmp_path / "x.duckdb"))
    assert done.returncode == 2
    assert "no generation before this one was kept" in done.stderr


def test_status_of_the_sample(warehouse):
    found = status(warehouse)
    assert (found["kind"], found["tables"], found["loads"], found["runs"]) == ("sample", 145, [], [])
    assert as_text(found).startswith("a warehouse of the sample\n145 tables have rows; the last event is of 20")


def test_status_of_what_a_refresh_publishes_and_of_what_it_keeps(tmp_path, monkeypatch, capsys):
    import stand_in

    monkeypatch.setattr(stand_in.refresh, "load", stand_in.refresh.load)
    monkeypatch.setattr(stand_in.refresh, "run_dbt", stand_in.refresh.run_dbt)
    published = tmp_path / "x.duckdb"
    for name in ("a", "b"):
        add_file(tmp_path / "export", name)
        start(published, tmp_path / "export")
    coverage = "create schema if not exists ops; create table ops.source_coverage as select true as is_present, "
    coverage += "timestamp '2025-03-01 09:00:00' as last_event_at"
    private = tmp_path / ".x.duckdb.refresh" / "generations" / "000002" / "warehouse.duckdb"
    for file in (published, private):
        file.chmod(0o640)
        with duckdb.connect(str(file)) as connection:
            connection.execute(coverage)
    assert main([str(published), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], [run["generation"] for run in found["runs"]]) == ("published", [1, 2])
    assert found["last_event_at"] == "2025-03-01 09:00:00"
    assert main([str(private)]) == 0
    assert "an export, in 2 load(s)\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "no such file"), (b"no database", "not a DuckDB database"), ("duckdb", "no warehouse of this project")],
)
def test_status_of_what_is_no_warehouse(tmp_path, content, told):
    file = tmp_path / "x.duckdb"
    if content == "duckdb":
        duckdb.connect(str(file)).close()
    elif content:
        file.write_bytes(content)
    with pytest.raises(UnknownFileError, match=told):
        status(file)


def test_a_load_that_is_refused_leaves_nothing(tmp_path):
    done = cij("load", "--raw", str(tmp_path / "nowhere"), "--db", str(tmp_path / "x.duckdb"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: {tmp_path / 'nowhere'}: no such folder; it must be an export's folder\n"
    assert list(tmp_path.iterdir()) == []


def test_a_load_says_what_is_new_and_what_to_do(tmp_path):
    add_file(tmp_path / "export", "a")
    words = ("load", "--raw", str(tmp_path / "export"), "--db", str(tmp_path / "x.duckdb"))
    assert "1 new file(s) in " in cij(*words).stdout
    found = json.loads(cij(*words, "--json").stdout)
    assert (found["number"], found["new_files"], found["warnings"]) == (1, 1, [])


def test_a_warehouse_in_use_or_of_an_earlier_version_is_not_loaded_into(tmp_path):
    add_file(tmp_path / "export", "a")
    file = tmp_path / "x.duckdb"
    words = ("load", "--raw", str(tmp_path / "export"), "--db", str(file))
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema raw; create table raw.loaded_files (source_file varchar)")
        connection.execute("checkpoint")
        done = cij(*words)
        assert (done.returncode, done.stderr) == (2, f"error: {file}: open in another process; close it there\n")
    done = cij(*words)
    assert (
        done.returncode == 2
        and "earlier version of this project; load everything anew with --full-refresh" in done.stderr
    )
    assert cij(*words, "--full-refresh").returncode == 0


def test_a_warehouse_may_stand_where_the_command_is_started(tmp_path):
    command = [sys.executable, "-m", "cij", "build", "--db", "x.duckdb", "--reference", "nowhere"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "nowhere" in done.stderr) == (2, True), done.stderr
