"""A stand-in for dbt, for tests of everything that a refresh does around it: real files, a few small tables, no models.

Every mart holds one row for each file of the export that was ever loaded, and the number of the generation. So a file
that is loaded twice, a file that is lost, and a mixture of generations all show. A file is also a person, known to both
databases, unless its name begins with `deleted-`: then it reports that the person named by the rest was deleted.

Run as a program it refreshes over and over and kills itself each time at another call of the system or of DuckDB:
    python stand_in.py PUBLISHED_FILE EXPORT STEP
"""

import csv
import json
import os
import signal
import sys
import threading
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import duckdb

from cij.commands.refresh import parse_arguments
from cij.dbt_run import Outcome
from cij.loading import new_files
from cij.loading.loader import Load
from cij.publishing import refreshing as refresh
from cij.publishing import run_log

DELETED = "deleted-"
# With what else dbt was last run.
OPTIONS: dict[str, object] = {}
MARTS = ("fct_a", "fct_b", "fct_c")
# Calls after which a killed process may leave something half done.
CALLS = {
    "open", "write", "flush", "close", "fsync", "rename", "replace", "link", "unlink", "mkdir", "rmdir", "chmod",
    "copy_file_range", "truncate", "ftruncate", "mkdtemp", "symlink", "execute", "executemany", "connect",
    "flock", "__exit__",
}  # fmt: skip
MODULES = {
    "refreshing",
    "erased",
    "generations",
    "building_place",
    "lock",
    "publish",
    "run_log",
    "disk",
    "figures",
    "shutil",
}


def stand_in_load(database, raw, *_) -> Load:
    """Write down where the export is, as the loader does, for stand_in to find."""
    with duckdb.connect(str(database)) as private:
        private.execute("create schema if not exists raw")
        private.execute("create or replace table raw.this_export as select $1::varchar as folder", [str(raw)])
        private.execute("create or replace table raw.changed_tables (table_name varchar)")
    return Load(1, 1, [])


def stand_in(
    database,
    paths,
    variables,
    quiet,
    published=None,
    expected=None,
    threads=1,
    without=(),
    when_parsed=tuple,
    **options,
) -> Outcome:
    """Store what is new in the export, as run_dbt does."""
    when_parsed()
    OPTIONS.update(options)
    with duckdb.connect(str(database)) as private:
        (export,) = private.execute("select folder from raw.this_export").fetchone()
        private.execute("create schema if not exists raw; create schema if not exists intermediate")
        private.execute("""
            create table if not exists raw.loaded_files
                (source_file varchar, file_bytes bigint, changed_at timestamp, load_number bigint);
            create table if not exists intermediate.int_web__interactions (source_file varchar, load_number bigint);
        """)
        (number,) = private.execute("select coalesce(max(load_number), 0) + 1 from raw.loaded_files").fetchone()
        private.execute(f"create or replace table raw.this_load as select {number}::bigint as load_number")
        loaded = {path for (path,) in private.execute("select source_file from raw.loaded_files").fetchall()}
        for file in refresh.listed_files(export).files:
            if file.path not in loaded:
                row = [file.path, file.bytes, file.changed_at, number]
                private.execute("insert into raw.loaded_files values (?, ?, ?, ?)", row)
                private.execute("insert into intermediate.int_web__interactions values (?, ?)", [file.path, number])
        rows = private.execute("select source_file from raw.loaded_files").fetchall()
        people = erase(private, paths.get("erasure_path"), variables["erase_deleted_people"], number)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published}' as published (storage_version 'v1.4.0')")
        connection.execute("use published; create schema if not exists marts; create schema if not exists ops")
        connection.execute("create or replace table ops.load_log as select 1::bigint as rows_read")
        connection.execute("create table if not exists ops.people (person varchar); delete from ops.people")
        connection.execute("insert into ops.people select unnest(cast(? as varchar[]))", [people])
        for mart in MARTS:
            connection.execute(
                f"create or replace table marts.{mart} (source_file varchar, generation bigint, rows int)"
            )
            connection.executemany(
                f"insert into marts.{mart} values (?, ?, ?)", [[*row, number, len(rows)] for row in rows]
            )
    return Outcome()


def erase(private: duckdb.DuckDBPyConnection, requests: str | None, erase_deleted: bool, number: int) -> list[str]:
    """Erase people as the models do, in a private database: by request, and whom a file reports. Returns who is left.

    Arguments: private, requests (the list of erasures), erase_deleted (whether files count), number (of the load).
    """
    private.execute("""
        create table if not exists raw.people (person varchar);
        create table if not exists intermediate.int_erased__profiles
            (pseudonym varchar, erased_by varchar, load_number bigint);
    """)
    files = private.execute("select source_file from raw.loaded_files where load_number = ?", [number]).fetchall()
    names = [Path(file).stem for (file,) in files]
    found = [(name.removeprefix(DELETED), "deletion") for name in names if name.startswith(DELETED) and erase_deleted]
    if requests:
        with Path(requests).open(encoding="utf-8", newline="") as file:
            found += [(line["profile_id"], "request") for line in csv.DictReader(file)]
    people = [person_called(name) for name in names if not name.startswith(DELETED)]
    private.execute("insert into raw.people select unnest(cast(? as varchar[]))", [people])
    for name, erased_by in found:
        private.execute(
            "insert into intermediate.int_erased__profiles values (md5(?), ?, ?)", [name, erased_by, number]
        )
        private.execute("delete from raw.people where person = ?", [person_called(name)])
    private.execute("""
        create or replace table intermediate.int_erased__profiles as
        select pseudonym, max(erased_by) as erased_by, min(load_number) as load_number
        from intermediate.int_erased__profiles group by pseudonym
    """)
    return [person for (person,) in private.execute("from raw.people").fetchall()]


def person_called(name: str) -> str:
    """Return the id of the person that a file stands for."""
    return f"person {name}, whose id is as long as that"


def start(published: Path, export: Path, *options: str) -> refresh.Refresh:
    """Run a refresh whose dbt is the stand-in. Returns it when it has ended."""
    command = ["--publish", str(published), *(("--raw", str(export)) if export else ()), "--json", *options]
    run = refresh.Refresh(parse_arguments(command))
    refresh.load, refresh.run_dbt = stand_in_load, stand_in
    run.run()
    return run


def add_file(export: Path, name: str) -> Path:
    """Add a file of one row to an export, in one step. Returns its path."""
    place = export / "WebsiteVisited"
    place.mkdir(parents=True, exist_ok=True)
    beside = export / ".new"
    beside.write_text(f"IdempotencyId\n{name}\n", encoding="utf-8")
    return beside.rename(place / f"{name}.csv")


def state(published: Path) -> tuple[int, set[str]]:
    """Return a published file's generation and the files in it. Raises AssertionError where it isn't whole."""
    with duckdb.connect(str(published), read_only=True) as connection:
        found = [
            connection.execute(f"select source_file, generation, rows from marts.{mart}").fetchall() for mart in MARTS
        ]
        runs = connection.execute("select generation from ops.refresh_runs where outcome = 'published'").fetchall()
    assert all(sorted(rows) == sorted(found[0]) for rows in found), "marts of several generations"
    assert len({row[1:] for row in found[0]}) == 1, "rows of several generations"
    files = [row[0] for row in found[0]]
    assert len(files) == len(set(files)) == found[0][0][2], "a file twice, or not all of them"
    return max(number for (number,) in runs), set(files)


def killed_at(call: int, published: Path, export: Path, options: list[str]) -> bool:
    """Refresh in a process that kills itself before its n-th call. Returns whether there were as many calls."""
    child = os.fork()
    if child == 0:
        seen = 0

        def watch(frame, event, function) -> None:
            nonlocal seen
            if event == "c_call" and getattr(function, "__name__", "") in CALLS and _is_watched(frame):
                seen += 1
                if seen == call:
                    os.kill(os.getpid(), signal.SIGKILL)

        # Copies are made beside dbt's own work, in a thread.
        threading.setprofile(watch)
        sys.setprofile(watch)
        run = start(published, export, *options)
        sys.setprofile(None)
        os._exit(refresh.EXIT_CODES[run.record["outcome"]])
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL), status
    return os.WIFSIGNALED(status)


def _is_watched(frame) -> bool:
    """Return whether a call is made by the modules that change files, be it by way of pathlib."""
    names = [Path(each.f_code.co_filename).stem for each in (frame, frame.f_back or frame)]
    return names[0] in MODULES or (names[0] == "pathlib" and names[1] in MODULES)


def remember_the_rules(replace=setattr) -> None:
    """Read settings, table names and fingerprints once and for all: only files change between these refreshes.

    Argument: replace (how to replace a module's function: its default for good, monkeypatch.setattr for one test).
    """
    given, names, digests = refresh.check_settings(""), new_files.known_names(), refresh.fingerprints({}, [])
    replace(refresh, "check_settings", lambda _: dict(given))
    replace(new_files, "known_names", lambda: names)
    replace(refresh, "fingerprints", lambda *_: digests)
    columns = run_log.columns()
    replace(run_log, "columns", lambda: columns)


def in_child(function) -> None:
    """Call a function in a process of its own: DuckDB's threads don't survive a fork of this one."""
    child = os.fork()
    if child == 0:
        try:
            function()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0, "what a killed refresh left behind is not in order"


def main() -> None:
    """Kill a refresh before every STEP-th of its calls; after each, look at what readers see and let the next heal."""
    published, export, step = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    parquet = published.parent / "parquet"
    options = ["--parquet", str(parquet), "--keep", "2"]
    remember_the_rules()
    files = {str(add_file(export, "0"))}
    in_child(lambda: start(published, export, *options))
    call, kills, published_by_killed = 1, 0, 0
    while True:
        before = set(files)
        # Every other load erases somebody.
        is_erasing = kills % 2 == 0
        files.add(str(add_file(export, f"{DELETED * is_erasing}{call}")))
        was_killed = killed_at(call, published, export, options)

        def look(before=before, after=frozenset(files)) -> None:
            _, seen = state(published)
            assert seen in (before, set(after)), "neither the old nor the new generation"
            (published.parent / "seen").write_text("new" if seen == after else "old")

        in_child(look)
        is_published = (published.parent / "seen").read_text() == "new"
        published_by_killed += was_killed and is_published

        def heal(after=frozenset(files), is_erasing=is_erasing, is_published=is_published) -> None:
            if is_erasing and is_published:
                run = start(published, None, "--rollback")
                assert run.record["outcome"] == "refused" and "erased people" in run.errors[0], run.errors
                assert state(published)[1] == after, "went back to a generation that knows an erased person"
            run = start(published, export, *options)
            assert run.record["outcome"] in ("published", "nothing_new"), run.errors
            number, seen = state(published)
            assert seen == after, "a file was lost"
            place = published.with_name(f".{published.name}.refresh")
            assert not published.with_name(f".{published.name}.building").exists()
            assert {path.name for path in place.iterdir()} == {"lock", "runs.jsonl", "generations"}
            assert sorted(path.name for path in (place / "generations").iterdir())[-1] == f"{number:06}"
            assert len(list((place / "generations").iterdir())) == (1 if is_erasing else 2)
            assert len([path for path in parquet.iterdir() if path.name[0] == "0"]) <= (1 if is_erasing else 2)
            shown = duckdb.sql(f"select distinct source_file from '{parquet}/current/fct_a.parquet'").fetchall()
            assert {name for (name,) in shown} == after, "the Parquet files are of another generation"
            log = [json.loads(line) for line in (place / "runs.jsonl").read_text().splitlines() if line.endswith("}")]
            numbers = [record["generation"] for record in log if record["outcome"] == "published"]
            assert len(numbers) == len(set(numbers)) and number == max(numbers), "a run is logged twice or not at all"

        in_child(heal)
        if not was_killed:
            break
        kills += 1
        call += step
    print(json.dumps({"kills": kills, "calls": call, "published_by_killed": published_by_killed}))


if __name__ == "__main__":
    main()
