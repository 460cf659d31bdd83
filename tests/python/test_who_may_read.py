"""The users and groups that schedules/README.md makes: who may read what after a refresh, tried as each of them."""

import os
import re
import shlex
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
import pytest

import stand_in
from schedule_files import PUBLISHED, SCHEDULES, SETTINGS

# Ids that belong to nobody; the README makes the names.
IDS = {"root": 0, "journeys": 61001, "journeys-readers": 61002}
READER, STRANGER = 61003, 61004
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can try what other users may")


@pytest.fixture
def machine(monkeypatch):
    """Return a folder that everybody may enter, in which the README's folders and files were made by its commands."""
    monkeypatch.setattr(stand_in.refresh, "load", stand_in.refresh.load)
    monkeypatch.setattr(stand_in.refresh, "run_dbt", stand_in.refresh.run_dbt)
    stand_in.remember_the_rules(monkeypatch.setattr)
    before = os.umask(0o022)
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    text = (SCHEDULES / "README.md").read_text(encoding="utf-8")
    commands = [shlex.split(line, comments=True) for line in re.findall("^install .*", text, re.MULTILINE)]
    assert len(commands) == 3
    for command in commands:
        value = {option: command[command.index(option) + 1] for option in ("-o", "-g", "-m")}
        place = placed(folder, command[-1])
        if "-d" in command:
            place.mkdir(parents=True)
        else:
            place.write_text("CIJ_PII_SECRET=x\n")
        os.chown(place, IDS[value["-o"]], IDS[value["-g"]])
        place.chmod(int(value["-m"], 8))
    stand_in.add_file(folder / "export", "0")
    yield folder
    shutil.rmtree(folder)
    os.umask(before)


def placed(folder: Path, path: str) -> Path:
    """Return where a path of the README is here."""
    return folder / path.lstrip("/")


def as_user(user: int, group: int, function) -> None:
    """Call a function in a process of a user who belongs to this one group."""

    def call() -> None:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
        os.umask(0o027)
        function()

    sys.stdout.flush()
    stand_in.in_child(call)


def may_read(path: Path) -> bool:
    """Return whether this process may read a file, or list a folder."""
    try:
        os.listdir(path) if path.is_dir() else path.read_bytes()  # noqa: PTH208
        return True
    except PermissionError:
        return False


def test_readers_read_what_is_published_and_neither_settings_nor_private_files(machine):
    published = placed(machine, PUBLISHED) / "journeys.duckdb"
    private = published.with_name(".journeys.duckdb.refresh")
    settings = placed(machine, SETTINGS) / "refresh.env"

    def refresh() -> None:
        assert may_read(settings)
        run = stand_in.start(published, machine / "export", "--parquet", str(published.parent / "parquet"))
        assert run.record["outcome"] == "published", run.errors

    def read() -> None:
        assert may_read(published)
        with duckdb.connect(str(published), read_only=True) as connection:
            assert connection.execute("select count(*) from marts.fct_a").fetchone()[0] > 0
        assert may_read(published.parent / "parquet" / "current" / "fct_a.parquet")
        for path in (settings, settings.parent, private, private / "generations" / "000001" / "warehouse.duckdb"):
            assert not may_read(path), path

    def find_nothing() -> None:
        for path in (published, published.parent, private, settings):
            assert not may_read(path), path

    for number in (1, 2):  # the second generation is made in copies of the first
        stand_in.add_file(machine / "export", str(number))
        as_user(IDS["journeys"], IDS["journeys"], refresh)
        as_user(READER, IDS["journeys-readers"], read)
        as_user(STRANGER, STRANGER, find_nothing)
    # As root alone, too, nothing is for everybody.
    assert [path for path in published.parent.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o007] == []
