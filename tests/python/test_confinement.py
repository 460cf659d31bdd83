"""What the engine can reach while dbt runs: the export and what else the run is about, and nothing more."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from dbt_common.exceptions import DbtRuntimeError

from cij.checks.reference import ReferenceDataError, check_reference
from cij.confinement import confine, is_confined
from cij.dbt_plugin import Plugin
from damaged import GOOD
from warehouse import PROJECT, Project

FORBIDDEN = (
    "from read_text('/etc/passwd')",
    "from read_csv('{outside}/secret.csv')",
    "from read_csv('{export}/../outside/secret.csv')",
    "from read_csv('{export}/way_out/secret.csv')",
    "from glob('{outside}/*')",
    "from '{outside}/secret.csv'",
    "copy (select 1) to '{outside}/taken.csv'",
    "copy (select 1) to '{project}/scripts/taken.py'",
    "copy (select 1) to '{export}beside.csv'",
    "attach '{outside}/taken.duckdb' as taken",
    "export database '{outside}/taken'",
    "install httpfs",
    "install h3 from community",
    "load httpfs",
    "load '{outside}/x.duckdb_extension'",
    "from read_csv('https://127.0.0.1:9/x.csv')",
    "from read_parquet('az://container/x.parquet')",
    "create persistent secret s (type azure, connection_string 'x')",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "set allowed_directories = ['/']",
    "set autoload_known_extensions = true",
    "set temp_directory = '{outside}'",
    "set secret_directory = '{outside}'",
    "pragma enable_profiling; set profiling_output = '{outside}/taken.json'",
    "set log_query_path = '{outside}/taken.log'",
)
ALLOWED = (
    "from read_csv('{export}/EmailSent.csv')",
    "from glob('{export}/*')",
    "from read_csv('{project}/seeds/reference/block_reasons.csv')",
    "select timezone('Europe/Berlin', timestamp '2024-01-01')",
    "set variable x = 1",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return the project over an export beside which something lies that is nobody's business."""
    scratch = tmp_path_factory.mktemp("confined")
    for folder in ("export", "outside"):
        (scratch / folder).mkdir()
    (scratch / "export" / "EmailSent.csv").write_text(GOOD)
    (scratch / "export" / "way_out").symlink_to(scratch / "outside")
    (scratch / "outside" / "secret.csv").write_text("secret\n1\n")
    return Project(scratch, scratch / "export")


def refused(cursor, statement: str) -> bool:
    """Return whether a session refuses a statement."""
    try:
        cursor.execute(statement)
    except duckdb.Error:
        return True
    return False


@pytest.mark.parametrize("command", ["run", "compile"])
def test_the_engine_reaches_nothing_but_what_the_run_is_about(project, command):
    places = {"project": PROJECT, "export": project.raw, "outside": project.scratch / "outside"}
    listed = sorted(places["outside"].iterdir())
    done: dict[bool, list[str]] = {True: [], False: []}

    def look(cursor) -> None:
        for statement in FORBIDDEN + ALLOWED:
            done[refused(cursor, statement.format(**places))].append(statement)

    project.database.unlink(missing_ok=True)
    project.load()
    project.run(command, "--select", "stg_cij__email_sent", look=look)
    assert done == {True: list(FORBIDDEN), False: list(ALLOWED)}
    assert sorted(places["outside"].iterdir()) == listed
    assert not (PROJECT / "scripts" / "taken.py").exists()


def test_a_place_that_is_a_link_is_reached_by_its_name(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.csv").write_text("a\n1\n")
    (tmp_path / "link").symlink_to("real")
    with duckdb.connect() as connection:
        confine(connection, [str(tmp_path / "link")])
        confine(connection, ["/"])
        assert connection.execute("from read_csv($1)", [str(tmp_path / "link" / "a.csv")]).fetchall() == [(1,)]
        assert refused(connection, "from read_text('/etc/passwd')")


def test_a_folder_of_reference_data_holds_no_code(project):
    """What a run may write to must hold nothing that a later one would run."""
    with pytest.raises(ReferenceDataError, match=f"holds {PROJECT}/.*, which programs are run from"):
        check_reference(PROJECT)
    plugin = Plugin.__new__(Plugin)
    plugin.creds = SimpleNamespace(path=":memory:")
    with duckdb.connect() as connection:
        plugin.configure_connection(connection)
        said = connection.execute("select confine($1, '[]')", [json.dumps([str(PROJECT)])]).fetchone()[0]
        assert f"{PROJECT}: holds {PROJECT}/" in said
        assert not is_confined(connection)
        assert connection.execute("select confine($1, '[]')", [json.dumps([str(project.raw)])]).fetchone() == ("",)
        assert is_confined(connection)


def test_a_database_whose_name_no_query_could_hold_is_refused():
    """dbt writes the name into every query, and leaves a quote in it as it is."""
    credentials = type("Credentials", (), {"path": '/data/x" as y; --.duckdb'})
    with pytest.raises(DbtRuntimeError, match="CIJ_DATABASE: "):
        Plugin("dbt_plugin", {}, credentials)


def test_no_module_is_taken_from_where_dbt_is_started(tmp_path):
    """A folder cij/ of somebody else's, in the current folder, is not the project's."""
    trap = tmp_path / "cij" / "dbt_plugin.py"
    trap.parent.mkdir()
    (trap.parent / "__init__.py").touch()
    trap.write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()")
    command = [
        Path(sys.executable).with_name("dbt"), "debug", "--connection", "--project-dir", PROJECT, "--profiles-dir",
        PROJECT / "profiles", "--log-path", tmp_path / "logs",
    ]  # fmt: skip
    environment = os.environ | {"CIJ_DATABASE": str(tmp_path / "warehouse.duckdb")}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert not (tmp_path / "ran").exists()
    assert done.returncode == 0, done.stdout
    assert "Connection test: [OK" in re.sub("\x1b[^m]*m", "", done.stdout)
