"""What a build does around dbt: its place, its lock, its files. dbt itself is stood in for by a few small tables."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import stand_in
from cij.catalog import comment_on
from cij.commands import build
from cij.commands import refresh as command_of_refresh
from cij.publishing.building_place import BuildingPlace
from cij.publishing.lock import BusyError, Lock
from cij.publishing.marts_file import write_marts_file
from cij.publishing.run_log import RunLog
from warehouse import PROJECT

ADDRESS = "ann.secret@example.com"
PASSED_OVER = "create table ops.passed_over_files (path text, table_name text, reason text, what_to_do text)"
# A build whose dbt makes a private table and a mart that shows it, says so, and waits for a line if it is asked to.
DRIVER = """
import os, signal, sys, duckdb
from cij.commands import build
from cij.dbt_run import Outcome

# Where the tests run in the background, the keyboard is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)

def stand_in(database, *_, when_parsed=bool, **__):
    when_parsed()
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema if not exists raw; create schema marts; create schema ops")
        person = f"select '{os.environ['PERSON']}' as address, {os.getpid()} as pid"
        connection.execute(f"create table raw.people as {person}")
        connection.execute("create table marts.fct_people as select pid from raw.people")
        connection.execute("create view marts.bi_people as select pid as process from marts.fct_people")
        connection.execute("create table ops.load_log as select 1 as rows_read")
        connection.execute("%s")
    print("building", flush=True)
    if os.environ.get("WAITS"):
        sys.stdin.readline()
    return Outcome()

build.run_dbt = stand_in
sys.exit(build.main())
""".replace("%s", PASSED_OVER)
ENVIRONMENT = os.environ | {"PYTHONPATH": f"{PROJECT}/scripts:{PROJECT}/tests/python", "PERSON": ADDRESS}


class Build:
    """A build that has begun. Arguments: database, waits (in the middle, until it is told to go on), options."""

    def __init__(self, database: Path, *options: object, waits: bool = False) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, "--db", database, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=ENVIRONMENT | ({"WAITS": "1"} if waits else {}),
        )  # fmt: skip
        if waits:
            assert self.process.stdout.readline() == "building\n"

    def end(self) -> tuple[int, str, str]:
        """Let it go on to its end. Returns its exit code and what it printed, on both ways."""
        printed, errors = self.process.communicate("\n")
        assert "Traceback" not in errors
        return self.process.returncode, printed, errors


def built_by(database: Path) -> int:
    """Return the process that built a warehouse, or its file of marts; fails where the file isn't whole."""
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute("select rows_read from ops.load_log").fetchone() == (1,)
        return connection.execute("select pid from marts.fct_people").fetchone()[0]


@pytest.fixture
def database(tmp_path):
    """Return the place of a warehouse, in a folder of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder / "warehouse.duckdb"


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    """Return a warehouse that was built."""
    database = tmp_path_factory.mktemp("built") / "warehouse.duckdb"
    assert Build(database).end()[0] == 0
    return database


@pytest.fixture
def old(database, built_once):
    """Return a warehouse that was built before."""
    return Path(shutil.copyfile(built_once, database))


def names(database: Path) -> set[str]:
    """Return the names of everything in a file's folder."""
    return {path.name for path in database.parent.iterdir()}


# What it replaces


def holding(database: Path, export: Path, *loads: list[str]) -> Path:
    """Make a warehouse that has loaded files, some in each load, and an export that holds the last one's."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema raw")
        columns = "source_file varchar, file_bytes bigint, changed_at timestamp, load_number bigint"
        connection.execute(f"create table raw.loaded_files ({columns})")
        for number, names_of_load in enumerate(loads, start=1):
            for name in names_of_load:
                file = export / "EmailSent" / name
                connection.execute(
                    "insert into raw.loaded_files values (?, 9, now()::timestamp, ?)", [str(file), number]
                )
    for name in loads[-1]:
        stand_in.add_file(export, "visited")
        (export / "EmailSent").mkdir(exist_ok=True)
        (export / "EmailSent" / name).write_text("IdempotencyId\nsent\n")
    return database


def test_the_sample_is_not_put_in_the_place_of_an_export(database, tmp_path):
    before = holding(database, tmp_path / "export", ["a.csv"]).read_bytes()
    code, printed, errors = Build(database).end()
    assert (code, printed) == (2, "")
    assert errors.startswith(f"error: {database}: holds what was loaded from an export, which the sample would replace")
    assert (database.read_bytes(), names(database)) == (before, {database.name})
    # The same export, loaded once, is what a build makes anew.
    assert Build(database, "--raw", tmp_path / "export").end()[0] == 0


def test_loads_whose_files_are_gone_are_not_replaced_by_a_build(database, tmp_path):
    before = holding(database, tmp_path / "export", ["a.csv"], ["b.csv"]).read_bytes()
    code, printed, errors = Build(database, "--raw", tmp_path / "export").end()
    assert (code, printed) == (2, "")
    assert "has grown over several loads, and 1 of the files that it holds are gone from" in errors
    assert "a.csv; go on with dbt" in errors
    assert (database.read_bytes(), names(database)) == (before, {database.name})
    (tmp_path / "export" / "EmailSent" / "a.csv").write_text("IdempotencyId\nsent\n")
    assert Build(database, "--raw", tmp_path / "export").end()[0] == 0


# Two at once


def other_spellings(database: Path) -> list[Path]:
    """Return other paths of the same file."""
    beside = database.parent.parent / "beside"
    beside.mkdir()
    (beside / "folder").symlink_to(database.parent)
    (beside / "another name.duckdb").symlink_to(database)
    return [beside / ".." / "data" / database.name, beside / "folder" / database.name, beside / "another name.duckdb"]


def test_a_second_build_is_refused_and_disturbs_the_first_in_nothing(database):
    first = Build(database, waits=True)
    seconds = [Build(path) for path in (database, *other_spellings(database))]
    for code, printed, errors in (second.end() for second in seconds):
        assert (code, printed) == (3, "")
        assert errors.startswith(f"error: another build is running: process {first.process.pid}, since 2")
        assert errors.endswith(" UTC\n") and errors.count("\n") == 1
    assert first.end()[0] == 0
    assert built_by(database) == first.process.pid
    assert names(database) == {database.name}


def test_of_many_builds_that_start_together_one_goes_on(database):
    builds = [Build(database) for _ in range(4)]
    ends = [each.end() for each in builds]
    codes = [code for code, _, _ in ends]
    assert set(codes) <= {0, 3} and 0 in codes
    assert built_by(database) in [each.process.pid for each, code in zip(builds, codes, strict=True) if code == 0]
    assert all("process unknown" not in errors for _, _, errors in ends)
    assert names(database) == {database.name}


def test_a_build_whose_folder_is_removed_places_nobody_elses_unfinished_file(old):
    database = old
    before = database.read_bytes()
    first = Build(database, waits=True)
    shutil.rmtree(database.parent / f".{database.name}.building")  # as `make clean` does
    second = Build(database, waits=True)
    code, printed, errors = first.end()
    assert (code, printed) == (1, "")
    assert "was removed while" in errors and errors.count("\n") == 1
    assert database.read_bytes() == before
    assert second.end()[0] == 0
    assert built_by(database) == second.process.pid


def test_a_build_and_a_refresh_of_one_file_wait_for_each_other(database, monkeypatch):
    monkeypatch.setattr(stand_in.refresh, "load", stand_in.refresh.load)
    monkeypatch.setattr(stand_in.refresh, "run_dbt", stand_in.refresh.run_dbt)
    stand_in.remember_the_rules(monkeypatch.setattr)
    export = database.parent.parent / "export"
    stand_in.add_file(export, "0")
    first = Build(database, waits=True)
    run = stand_in.start(database, export)
    assert run.record["outcome"] == "busy"
    assert run.errors[0].startswith(f"another build is running: process {first.process.pid}, since ")
    assert first.end()[0] == 0
    assert stand_in.start(database, export, "--full-refresh").record["outcome"] == "published"
    with BuildingPlace(database, "refresh"):
        code, _, errors = Build(database).end()
    assert code == 3
    assert errors.startswith(f"error: another refresh is running: process {os.getpid()}, since ")
    # What a refresh has published no build replaces, and no file of marts either.
    before = database.read_bytes()
    for options in ((database,), (database.with_name("other.duckdb"), "--publish", database)):
        code, _, errors = Build(*options).end()
        assert code == 2
        assert f"{database}: what refreshes publish" in errors and errors.count("\n") == 1
    assert database.read_bytes() == before


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_build_that_is_stopped_leaves_the_old_warehouse_and_nothing_that_stays(old, end):
    database = old
    before = database.read_bytes()
    killed = Build(database, waits=True)
    killed.process.send_signal(end)
    printed, errors = killed.process.communicate()
    assert database.read_bytes() == before
    left = names(database) - {database.name}
    if end == signal.SIGKILL:
        assert left == {f".{database.name}.building"}
        assert Build(database).end()[0] == 0
        assert names(database) == {database.name}
    else:
        assert (killed.process.returncode, printed) == (128 + end, "")
        assert errors.startswith("error: ") and errors.count("\n") == 1
        assert left == set()


def test_a_refresh_sweeps_what_a_killed_build_left(database, monkeypatch):
    monkeypatch.setattr(stand_in.refresh, "load", stand_in.refresh.load)
    monkeypatch.setattr(stand_in.refresh, "run_dbt", stand_in.refresh.run_dbt)
    stand_in.remember_the_rules(monkeypatch.setattr)
    killed = Build(database, waits=True)
    killed.process.kill()
    killed.process.communicate()
    stand_in.add_file(database.parent.parent / "export", "0")
    run = stand_in.start(database, database.parent.parent / "export")
    assert run.record["outcome"] == "published"
    assert names(database) == {database.name, f".{database.name}.refresh"}


def test_a_link_in_the_place_to_build_in_leads_nowhere(database):
    elsewhere = database.parent.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text("kept")
    place = database.with_name(f".{database.name}.building")
    place.symlink_to(elsewhere)
    code, _, errors = Build(database).end()
    assert code == 2 and str(place) in errors
    place.unlink()
    place.mkdir()
    (place / "links").symlink_to(elsewhere)
    assert Build(database).end()[0] == 0
    assert [path.name for path in elsewhere.iterdir()] == ["kept.txt"]
    assert names(database) == {database.name}


def test_a_full_disk_is_no_fault_of_the_place(database, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    stand_in.remember_the_rules(monkeypatch.setattr)
    monkeypatch.setattr(stand_in.refresh, "load", stand_in.refresh.load)
    monkeypatch.setattr(stand_in.refresh, "run_dbt", stand_in.refresh.run_dbt)
    monkeypatch.setattr("tempfile.mkdtemp", full)
    run = stand_in.start(database, database.parent)
    assert (run.record["outcome"], run.errors) == ("exhausted", ["No space left on device"])


def test_a_lock_whose_file_was_removed_is_not_held(tmp_path):
    with Lock(tmp_path) as lock:
        assert lock.is_held()
        with pytest.raises(BusyError, match="process unknown"), Lock(tmp_path):
            pass
        lock.path.unlink()
        assert not lock.is_held()
        with Lock(tmp_path) as other:
            assert other.is_held() and not lock.is_held()


# A file of the marts alone


def test_the_marts_alone_are_a_file_of_their_own(database, tmp_path):
    published = tmp_path / "journeys.duckdb"
    for _ in range(2):  # the second time over the first file
        run = Build(database, "--publish", published)
        code, printed, _ = run.end()
        assert code == 0
        assert f"the marts alone, to hand on, are {published}\n" in printed
        assert built_by(published) == built_by(database) == run.process.pid
    assert published.stat().st_mode & 0o777 == 0o440
    assert ADDRESS.encode() in database.read_bytes()
    assert ADDRESS.encode() not in published.read_bytes()
    with duckdb.connect(str(published), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        assert tables == [("marts", "fct_people"), ("ops", "load_log"), ("ops", "passed_over_files")]
        assert connection.execute("from marts.bi_people").fetchall() == [(run.process.pid,)]
    assert {path.name for path in tmp_path.iterdir()} == {"data", "journeys.duckdb"}
    database.unlink()
    assert built_by(published) == run.process.pid


def test_comments_come_along_whatever_they_hold(tmp_path):
    warehouse, published = tmp_path / "w.duckdb", tmp_path / "p.duckdb"
    text = 'it\'s \\ "so"; drop schema marts;\n-- $$ {{ this }} é'
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute('create schema marts; create schema ops; create table marts.t as select 1 as "a ""b"""')
        connection.execute("create view marts.earlier_in_the_alphabet as from marts.t")
        for kind, relation in (("table", "marts.t"), ("view", "marts.earlier_in_the_alphabet")):
            comment_on(connection, kind, relation, text, {'a "b"': text})
    write_marts_file(warehouse, published)
    with duckdb.connect(str(published), read_only=True) as connection:
        told = "select comment from duckdb_{} where not internal"
        for place in ("tables() as t", "views() as t", "columns() as t"):
            found = connection.execute(told.format(place)).fetchall()
            assert set(found) == {(text,)} and len(found) == (2 if "columns" in place else 1)
        assert connection.execute("from marts.earlier_in_the_alphabet").fetchall() == [(1,)]


def test_a_view_that_reads_private_rows_is_not_handed_on(tmp_path):
    warehouse, published = tmp_path / "w.duckdb", tmp_path / "p.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema marts; create schema ops; create schema raw; create table raw.t as select 1")
        connection.execute("create view marts.bi_t as from raw.t")
    with pytest.raises(duckdb.CatalogException):
        write_marts_file(warehouse, published)


def test_a_build_says_what_not_to_hand_on(database):
    _, printed, _ = Build(database).end()
    assert "it also holds the rows the marts are made of" in printed.splitlines()[-1]
    assert "PUBLISH=" in printed.splitlines()[-1]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("the warehouse", "the warehouse itself"),
        ("a link to the warehouse", "the warehouse itself"),
        ("another name of the warehouse", "the warehouse itself"),
        ("a folder", "a folder; PUBLISH must be a file"),
        ("no folder", "no such folder"),
        ("text", "not a DuckDB database"),
        ("another warehouse", "holds more than marts, such as raw.people"),
        ("open for writing", "open for writing in another process"),
    ],
)
def test_where_the_marts_can_not_go(old, tmp_path, kind, message):
    database, target, writer = old, tmp_path / "journeys.duckdb", None
    if kind == "the warehouse":
        target = database
    elif kind == "a link to the warehouse":
        target.symlink_to(database)
    elif kind == "another name of the warehouse":
        target.hardlink_to(database)
    elif kind == "a folder":
        target.mkdir()
    elif kind == "no folder":
        target = tmp_path / "nowhere" / "journeys.duckdb"
    elif kind == "text":
        target.write_text("my notes " * 1000)
    elif kind == "another warehouse":
        shutil.copyfile(database, target)
    else:
        code = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
        writer = subprocess.Popen(
            [sys.executable, "-c", code, target], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout.readline() == "open\n"
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    code, printed, errors = Build(database, "--publish", target).end()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    if writer:
        writer.communicate()
    assert (code, printed) == (2, "")  # dbt has not begun
    assert message in errors and errors.count("\n") == 1


def test_two_warehouses_can_not_fill_one_file_of_marts_at_once(database, tmp_path):
    published = tmp_path / "journeys.duckdb"
    first = Build(database, "--publish", published, waits=True)
    assert Build(database.with_name("second.duckdb"), "--publish", published).end()[0] == 3
    assert first.end()[0] == 0
    assert built_by(published) == first.process.pid


def test_readers_of_the_marts_keep_what_they_have_open(database, tmp_path):
    published = tmp_path / "journeys.duckdb"
    first = Build(database, "--publish", published)
    assert first.end()[0] == 0
    code = (
        "import sys, duckdb; c = duckdb.connect(sys.argv[1], read_only=True); print('open', flush=True)\n"
        "sys.stdin.read(); print(c.execute('select pid from marts.fct_people').fetchone()[0])"
    )
    command = [sys.executable, "-c", code, published]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout.readline() == "open\n"
        second = Build(database, "--publish", published)
        assert second.end()[0] == 0
        assert reader.communicate()[0] == f"{first.process.pid}\n"
    assert built_by(published) == second.process.pid


# Errors that nobody foresaw

UNFORESEEN = [
    RecursionError(f"at {ADDRESS}"), ValueError(ADDRESS), KeyError(ADDRESS), AssertionError(ADDRESS), MemoryError(),
    UnicodeDecodeError("utf-8", ADDRESS.encode(), 0, 1, "invalid start byte"), OSError(5, "Input/output error", "/x"),
    duckdb.ConversionException(f"Conversion Error: Could not convert string '{ADDRESS}' to INT32"),
    RuntimeError(f"line\n{ADDRESS}\nand more"),
]  # fmt: skip


def raising(error: BaseException):
    """Return a function that raises an error."""

    def function(*_, **__):
        raise error

    return function


@pytest.mark.parametrize(
    ("where", "error"),
    [("run_dbt", error) for error in UNFORESEEN]
    + [(where, UNFORESEEN[2]) for where in ("check_settings", "report_success")],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_an_error_that_nobody_foresaw_ends_a_build_with_one_message(database, monkeypatch, capsys, where, error):
    def built(place: Path, *_, **__) -> build.Outcome:
        with duckdb.connect(str(place)) as connection:
            connection.execute("create schema ops")
            connection.execute(PASSED_OVER)
        return build.Outcome()

    monkeypatch.setattr(build, "check_settings", lambda _: {})
    monkeypatch.setattr(build, "run_dbt", built)
    monkeypatch.setattr(build, where, raising(error))
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert build.main(["--db", str(database)]) == 1
    finally:
        signal.signal(signal.SIGTERM, before)
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ") and printed.err.count("\n") == 1
    assert ADDRESS not in printed.err
    told = {
        "MemoryError": "the memory is used up",
        "OSError": "/x: Input/output error",
        "ConversionException": "convert",
    }
    kind = type(error).__name__
    assert told.get(kind, f"unforeseen {kind}") in printed.err
    assert names(database) <= {database.name}


@pytest.mark.parametrize(
    ("where", "error"),
    [("run_dbt", error) for error in UNFORESEEN]
    + [(where, UNFORESEEN[2]) for where in ("Generations", "check_settings", "listed_files", "publish", "columns")],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_an_error_that_nobody_foresaw_ends_a_refresh_with_message_log_and_hook(
    tmp_path, monkeypatch, capsys, where, error
):
    stand_in.remember_the_rules(monkeypatch.setattr)
    published, refresh = tmp_path / "journeys.duckdb", stand_in.refresh
    stand_in.add_file(tmp_path / "export", "0")
    # As start() does, but by way of main().
    monkeypatch.setattr(refresh, "load", stand_in.stand_in_load)
    monkeypatch.setattr(refresh, "run_dbt", stand_in.stand_in)
    monkeypatch.setattr(stand_in.run_log if where == "columns" else refresh, where, raising(error))
    hook = f"cat > '{tmp_path}/told'"
    command = ["--raw", tmp_path / "export", "--publish", published, "--on-failure", hook]
    code = command_of_refresh.main([str(part) for part in command])
    printed = capsys.readouterr()
    assert code == (4 if isinstance(error, MemoryError) and where not in ("Generations", "columns") else 1)
    assert printed.err.startswith("error: ") and printed.err.count("\n") == 1
    told = json.loads((tmp_path / "told").read_text())
    assert printed.err == f"error: {told['errors'][0]}\n"
    assert told["exit_code"] == code
    assert ADDRESS not in printed.err + str(told)
    if where not in ("Generations", "columns"):
        [record] = RunLog(tmp_path / ".journeys.duckdb.refresh" / "runs.jsonl").records()
        assert (record["outcome"], record["message"]) == ("exhausted" if code == 4 else "failed", told["errors"][0])
    assert not published.exists()


def test_the_message_says_where_an_error_arose(tmp_path, monkeypatch):
    from cij.unforeseen import describe

    monkeypatch.setattr(stand_in.run_log, "columns", raising(KeyError(ADDRESS)))
    with pytest.raises(KeyError) as raised:
        stand_in.run_log.new_record()
    assert describe(raised.value).startswith("unforeseen KeyError in new_record (run_log.py, line ")
