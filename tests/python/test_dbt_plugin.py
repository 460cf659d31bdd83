"""What dbt's plugin makes beside a warehouse, who may read it, and what becomes of it: no dbt, only its adapter."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from damaged import ADDRESS, known_tables
from warehouse import PROJECT

# Opens a warehouse as dbt does, inspects an export that needs repair, and says what it finds; then ends or is killed.
SESSION = """
import json, os, resource, signal, sys
from pathlib import Path
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.environments.local import LocalEnvironment

path, export, known, is_killed, scripts = json.loads(sys.argv[1])
os.umask(0o022)
profile = {"path": path, "database": "x", "schema": "main"}
profile |= {"plugins": [{"module": "cij.dbt_plugin"}], "module_paths": [scripts]}
handle = LocalEnvironment(DuckDBCredentials.from_dict(profile)).handle()
handle.cursor().execute("create or replace table kept as select 1 as one")
(answer,) = handle.cursor().execute("select inspect_export(?, ?, '[]')", [export, json.dumps(known)]).fetchone()
beside = Path(path).absolute().parent
print(json.dumps({
    "found": json.loads(answer),
    "modes": {str(each.relative_to(beside)): each.stat().st_mode & 0o777 for each in beside.rglob("*")},
    "core": resource.getrlimit(resource.RLIMIT_CORE),
}), flush=True)
if is_killed:
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def warehouse(tmp_path):
    """Return the place of a warehouse, in a folder of its own."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "x.duckdb"


@pytest.fixture
def export(tmp_path):
    """Return an export whose one file has a row to put aside."""
    file = tmp_path / "export" / "EmailSent" / "a.csv"
    file.parent.mkdir(parents=True)
    file.write_text(f"IdempotencyId,EmailAddressUsed\n1,{ADDRESS}\n2\n")
    return file.parent.parent


def session(warehouse: Path | str, export: Path, is_killed: bool = False, folder: Path | None = None) -> dict:
    """Open a warehouse in a process of its own. Returns what it said."""
    given = json.dumps([str(warehouse), str(export), known_tables(), is_killed, str(PROJECT / "scripts")])
    done = subprocess.run(
        [sys.executable, "-c", SESSION, given], capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == (-signal.SIGKILL if is_killed else 0), done.stderr
    return json.loads(done.stdout)


def test_what_plain_dbt_makes_is_for_owner_and_group(warehouse, export):
    told = session(warehouse, export)
    assert told["modes"]["x.duckdb"] == told["modes"]["x.duckdb.wal"] == 0o640
    assert [name for name, mode in told["modes"].items() if mode & 0o007] == []
    assert told["core"] == [0, 0]
    # A file that was made before is taken from all others, too.
    warehouse.chmod(0o666)
    assert session(warehouse, export)["modes"]["x.duckdb"] == 0o660


def test_repaired_rows_stand_beside_the_warehouse_and_go_at_the_end(warehouse, export):
    told = session(warehouse.name, export, folder=warehouse.parent)
    scratch = warehouse.with_name(".x.duckdb.scratch")
    repaired = [Path(path) for paths in told["found"]["repaired"].values() for path in paths]
    assert repaired and all(path.is_relative_to(scratch) for path in repaired)
    assert told["modes"][".x.duckdb.scratch"] == 0o700
    assert [path.name for path in warehouse.parent.iterdir()] == ["x.duckdb"]


def test_an_error_of_the_inspection_that_nobody_foresaw_is_told_without_any_value(tmp_path, monkeypatch):
    from cij import dbt_plugin

    def inspect_export(*_):
        raise ValueError(ADDRESS)

    monkeypatch.setattr(dbt_plugin, "inspect_export", inspect_export)
    monkeypatch.setattr(dbt_plugin, "keep_files_private", lambda: None)
    plugin = dbt_plugin.Plugin("dbt_plugin", {}, SimpleNamespace(path=str(tmp_path / "x.duckdb")))
    with duckdb.connect(plugin.creds.path) as connection:
        plugin.configure_connection(connection)
        (answer,) = connection.execute("select inspect_export('x', '{}', '[]')").fetchone()
    assert "unforeseen ValueError in inspect (dbt_plugin.py, line " in answer
    assert ADDRESS not in answer


def test_what_a_killed_run_leaves_the_next_one_removes(warehouse, export, tmp_path):
    session(warehouse, export, is_killed=True)
    scratch = warehouse.with_name(".x.duckdb.scratch")
    left = [path for path in scratch.rglob("*") if path.is_file() and ADDRESS.encode() in path.read_bytes()]
    assert left
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept.txt").touch()
    (scratch / "link").symlink_to(tmp_path / "elsewhere")
    session(warehouse, export)
    assert not scratch.exists()
    assert (tmp_path / "elsewhere" / "kept.txt").exists()
    scratch.symlink_to(tmp_path / "elsewhere")
    session(warehouse, export)
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["kept.txt"]
