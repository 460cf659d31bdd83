"""What dbt and the loader make beside a warehouse, who may read it, and what becomes of it."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.environments.local import LocalEnvironment

from damaged import ADDRESS
from warehouse import PROJECT

MODES = """
from pathlib import Path

def modes(path):
    beside = Path(path).absolute().parent
    return {str(each.relative_to(beside)): each.stat().st_mode & 0o777 for each in beside.rglob("*")}
"""
# Opens a warehouse as dbt does, and says who may read it.
OPENING = """
import json, os, resource, sys
from pathlib import Path
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.environments.local import LocalEnvironment

path, _, scripts, _ = json.loads(sys.argv[1])
os.umask(0o022)
profile = {"path": path, "database": "x", "schema": "main"}
profile |= {"plugins": [{"module": "cij.dbt_plugin"}], "module_paths": [scripts]}
handle = LocalEnvironment(DuckDBCredentials.from_dict(profile)).handle()
handle.cursor().execute("create or replace table kept as select 1 as one")
print(json.dumps({"modes": modes(path), "core": resource.getrlimit(resource.RLIMIT_CORE)}), flush=True)
"""
# Loads an export that needs repair, and says who may read what is there before it is registered; or is killed then.
LOADING = """
import json, os, signal, sys
from pathlib import Path

path, export, scripts, is_killed = json.loads(sys.argv[1])
sys.path.insert(0, scripts)
from cij.loading import loader

os.umask(0o022)
register = loader.register

def look(connection, folder, found, *others):
    print(json.dumps({"modes": modes(path), "repaired": found.repaired}), flush=True)
    if is_killed:
        os.kill(os.getpid(), signal.SIGKILL)
    register(connection, folder, found, *others)

loader.register = look
loader.load(Path(path), export)
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


def run(code: str, warehouse: Path | str, export: Path, is_killed: bool = False, folder: Path | None = None) -> dict:
    """Run a program over a warehouse in a process of its own. Returns what it said."""
    given = json.dumps([str(warehouse), str(export), str(PROJECT / "scripts"), is_killed])
    done = subprocess.run(
        [sys.executable, "-c", MODES + code, given], capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == (-signal.SIGKILL if is_killed else 0), done.stderr
    return json.loads(done.stdout)


def test_what_plain_dbt_makes_is_for_owner_and_group(warehouse, export):
    told = run(OPENING, warehouse, export)
    assert told["modes"]["x.duckdb"] == told["modes"]["x.duckdb.wal"] == 0o640
    assert [name for name, mode in told["modes"].items() if mode & 0o007] == []
    assert told["core"] == [0, 0]
    # A file that was made before is taken from all others, too.
    warehouse.chmod(0o666)
    assert run(OPENING, warehouse, export)["modes"]["x.duckdb"] == 0o660


def test_repaired_rows_stand_beside_the_warehouse_and_go_at_the_end(warehouse, export):
    told = run(LOADING, warehouse.name, export, folder=warehouse.parent)
    scratch = warehouse.with_name(".x.duckdb.scratch")
    repaired = [Path(path) for paths in told["repaired"].values() for path in paths]
    assert repaired and all(path.is_relative_to(scratch) for path in repaired)
    assert told["modes"][".x.duckdb.scratch"] == 0o700
    assert told["modes"]["x.duckdb"] & 0o007 == 0
    assert [path.name for path in warehouse.parent.iterdir()] == ["x.duckdb"]
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute("select line_number from raw.rejected_lines").fetchall() == [(3,)]


def test_what_a_killed_load_leaves_the_next_one_removes(warehouse, export, tmp_path):
    run(LOADING, warehouse, export, is_killed=True)
    scratch = warehouse.with_name(".x.duckdb.scratch")
    left = [path for path in scratch.rglob("*") if path.is_file() and ADDRESS.encode() in path.read_bytes()]
    assert left
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept.txt").touch()
    (scratch / "link").symlink_to(tmp_path / "elsewhere")
    run(LOADING, warehouse, export)
    assert not scratch.exists()
    assert (tmp_path / "elsewhere" / "kept.txt").exists()
    scratch.symlink_to(tmp_path / "elsewhere")
    run(LOADING, warehouse, export)
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["kept.txt"]


@pytest.mark.parametrize(("stored", "tasks"), [(None, 0), (0, 0), (6, 0), (7, 100), (8, 0), (15, 100)])
def test_row_groups_are_merged_with_every_eighth_load(tmp_path, stored, tasks):
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        if stored is not None:
            connection.execute("create schema raw")
            connection.execute("create table raw.settled_tables (table_name varchar, load_number bigint)")
            connection.execute(
                "insert into raw.settled_tables select 'int_email__interactions', ? where ? > 0", [stored] * 2
            )
    profile = {"path": str(path), "database": "warehouse", "schema": "main", "plugins": [{"module": "cij.dbt_plugin"}]}
    environment = LocalEnvironment(DuckDBCredentials.from_dict(profile))
    (found,) = environment.handle().cursor().execute("select current_setting('max_vacuum_tasks')").fetchone()
    environment.close()
    assert int(found) == tasks
