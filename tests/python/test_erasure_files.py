"""What an erasure does to files: generations, Parquet files, what failed builds left, unused parts of databases.

dbt is stood in for (stand_in.py); test_refresh.py erases with the models.
"""

import os
import time
from pathlib import Path

import duckdb
import pytest

import stand_in
from cij.commands import build
from cij.commands.refresh import sentence
from cij.dbt_run import Outcome
from cij.publishing import erased
from cij.publishing.figures import write_anew
from cij.publishing.generations import Generation
from stand_in import add_file, person_called, start, state
from traces import bytes_found, files_below, unused_parts, values_found


@pytest.fixture
def published(tmp_path, monkeypatch):
    """Return the place of a published file, beside an export with one file."""
    monkeypatch.setattr(stand_in.refresh, "load", stand_in.refresh.load)
    monkeypatch.setattr(stand_in.refresh, "run_dbt", stand_in.refresh.run_dbt)
    add_file(tmp_path / "export", "ann")
    return tmp_path / "journeys.duckdb"


def refreshed(published: Path, *options: str, files: tuple[str, ...] = ()) -> stand_in.refresh.Refresh:
    """Refresh from the export beside the file, after adding files to it. It must work."""
    for name in files:
        add_file(published.parent / "export", name)
    run = start(published, published.parent / "export", *options)
    assert run.record["outcome"] in ("published", "nothing_new"), run.errors
    return run


def requests(published: Path, *names: str) -> tuple[str, str]:
    """Write a list of people to erase. Returns the options that name it."""
    path = published.parent / "requests.csv"
    path.write_text("profile_type,profile_id\n" + "".join(f"Contact,{name}\n" for name in names))
    return "--erasures", str(path)


def numbers(published: Path) -> list[int]:
    """Return the numbers of the generations that are there."""
    folder = published.with_name(f".{published.name}.refresh") / "generations"
    return sorted(int(path.name) for path in folder.iterdir())


def newest(published: Path) -> Generation:
    """Return the newest generation."""
    number = numbers(published)[-1]
    return Generation(number, published.with_name(f".{published.name}.refresh") / "generations" / f"{number:06}")


def assert_no_way_back(published: Path) -> None:
    """Assert that a rollback is refused with one message, and changes nothing."""
    before = state(published)
    run = start(published, None, "--rollback")
    assert run.record["outcome"] == "refused"
    assert len(run.errors) == 1 and f"generation {before[0]} erased people" in run.errors[0], run.errors
    assert state(published) == before


# Generations


def test_generations_from_before_an_erasure_go_and_none_is_published_again(published):
    parquet = published.parent / "parquet"
    options = ("--keep", "9", "--parquet", str(parquet))
    for name in ("bob", "cem", "dan"):
        refreshed(published, *options, files=(name,))
    assert numbers(published) == [1, 2, 3]
    # Somebody asks, and no file is new. This run writes no Parquet files; those that others wrote go all the same.
    asked = requests(published, "ann")
    refreshed(published, *options[:2], *asked)
    assert newest(published).facts()["erased"] == 1
    assert numbers(published) == [4]
    assert list(parquet.iterdir()) == []
    assert_no_way_back(published)
    # A list that names nobody new erases nobody anew, even where it lost a line.
    refreshed(published, *options, *asked, files=("eva",))
    refreshed(published, *options, *requests(published))
    assert [newest(published).facts()["erased"], numbers(published)] == [0, [4, 5, 6]]
    assert len(list(parquet.glob("0*"))) == 2
    # Whom the source reports as deleted is erased as well.
    refreshed(published, *options, files=("deleted-bob",))
    assert numbers(published) == [7]
    assert [path.name for path in parquet.glob("0*")] == [newest(published).name]
    assert_no_way_back(published)
    refreshed(published, *options, files=("fay",))
    assert start(published, None, "--rollback").record["generation"] == 7
    assert_no_way_back(published)
    # Who asks after being reported is new: no byte may tell of them now.
    refreshed(published, *options, *requests(published, "bob"))
    assert [newest(published).facts()["erased"], numbers(published)] == [1, [9]]


def test_people_who_were_deleted_at_the_source_may_be_kept_by_a_setting(published):
    options = ("--vars", "{erase_deleted_people: false}")
    refreshed(published, *options, files=("bob",))
    refreshed(published, *options, files=("deleted-bob",))
    assert numbers(published) == [1, 2]
    assert start(published, None, "--rollback").record["outcome"] == "rolled_back"


def test_a_full_refresh_is_one_more_generation_unless_it_erases_somebody(published):
    refreshed(published, *requests(published, "ann"), files=("bob",))
    refreshed(published, "--full-refresh", *requests(published, "ann"))
    assert numbers(published) == [1, 2]
    refreshed(published, "--full-refresh", *requests(published, "ann", "bob"))
    assert numbers(published) == [3]
    assert_no_way_back(published)


def test_a_generation_that_does_not_say_whom_it_erased_may_have_erased_somebody(published):
    refreshed(published)
    refreshed(published, files=("bob",))
    facts = newest(published).folder / "generation.json"
    facts.write_text(facts.read_text().replace('"erased"', '"older"'))
    assert_no_way_back(published)


def test_what_a_killed_run_left_for_parquet_goes_with_the_next_erasure(published):
    """A run was killed while it wrote Parquet files, another before it published them."""
    parquet = published.parent / "parquet"
    refreshed(published, "--parquet", str(parquet))
    written = parquet / (parquet / "current").readlink()
    for name in ("000002-0123abcd", ".writing"):
        (parquet / name).mkdir()
        (parquet / name / "fct_a.parquet").write_bytes((written / "fct_a.parquet").read_bytes())
    refreshed(published, *requests(published, "ann"))
    assert numbers(published) == [2]
    assert list(parquet.iterdir()) == []


def test_a_folder_that_was_refused_for_parquet_is_never_touched(published):
    foreign = published.parent / "mine"
    (foreign / "000001-0123abcd").mkdir(parents=True)
    (foreign / "notes").touch()
    assert start(published, published.parent / "export", "--parquet", str(foreign)).record["outcome"] == "refused"
    refreshed(published, *requests(published, "ann"))
    refreshed(published, files=("bob",))
    assert sorted(path.name for path in foreign.iterdir()) == ["000001-0123abcd", "notes"]


def test_what_a_failed_build_left_beside_the_file_goes_if_it_is_older_than_the_erasure(published):
    failed = published.with_name("journeys.failed.duckdb")
    failed.touch()
    refreshed(published)
    assert failed.exists()
    refreshed(published, *requests(published, "ann"))
    assert not failed.exists()
    failed.touch()
    os.utime(failed, (time.time() + 60,) * 2)
    refreshed(published, files=("bob",))
    assert failed.exists()


# Bytes


def test_no_byte_that_a_refresh_leaves_tells_of_whoever_asked(published):
    ann, folder = person_called("ann"), published.parent
    parquet = ("--parquet", str(folder / "parquet"))
    refreshed(published, *parquet, files=("bob", "cem"))
    refreshed(published, *parquet, files=("dan",))
    before = files_below(folder)
    assert len(bytes_found(before, [ann])) == len(values_found(before, [ann])) == 5
    refreshed(published, *parquet, *requests(published, "ann"))
    after = files_below(folder)
    assert bytes_found(after, [ann]) == values_found(after, [ann]) == {}
    assert bytes_found(after, [person_called("bob")]) != {}
    for file in (newest(published).warehouse, newest(published).published):
        assert unused_parts(file) == {}
    assert published.stat().st_mode & 0o777 == 0o440 & ~_umask()


def test_what_is_left_of_people_the_source_reports_goes_after_a_day(published, monkeypatch):
    refreshed(published, files=("bob", "cem"))
    refreshed(published, files=("deleted-bob",))
    generation = newest(published)
    assert values_found([generation.warehouse, published], [person_called("bob")]) == {}
    assert unused_parts(generation.warehouse) != {}
    since = generation.facts()["traces_since"]
    refreshed(published, files=("dan",))
    assert newest(published).facts()["traces_since"] == since
    assert refreshed(published).record["outcome"] == "nothing_new"
    # A day later.
    monkeypatch.setattr(erased, "PATIENCE", erased.PATIENCE * 0)
    assert "the files would be written anew" in sentence(start(published, published.parent / "export", "--dry-run"))
    assert refreshed(published).record["outcome"] == "published"
    generation = newest(published)
    assert generation.facts()["traces_since"] is None
    assert unused_parts(generation.warehouse) == unused_parts(generation.published) == {}
    assert bytes_found([generation.warehouse, published], [person_called("bob")]) == {}
    # That they were erased before makes no erasure of it.
    assert generation.facts()["erased"] == 0
    assert refreshed(published).record["outcome"] == "nothing_new"


def test_a_full_refresh_writes_its_files_anew_at_once(published):
    refreshed(published, files=("deleted-ann",))
    assert newest(published).facts()["traces_since"] is not None
    refreshed(published, "--full-refresh")
    assert newest(published).facts()["traces_since"] is None
    assert unused_parts(newest(published).warehouse) == {}


@pytest.mark.parametrize("fails", [False, True])
def test_no_byte_that_a_build_leaves_tells_of_erased_people(tmp_path, monkeypatch, fails):
    database, failed = tmp_path / "mine.duckdb", tmp_path / "mine.failed.duckdb"
    failed.write_bytes(person_called("ann").encode())

    def built(place: Path, *_, **__) -> Outcome:
        with duckdb.connect(str(place)) as connection:
            connection.execute("create schema intermediate; create schema raw; create schema ops")
            connection.execute(
                "create table ops.passed_over_files (path text, table_name text, reason text, what_to_do text)"
            )
            connection.execute("create table raw.people (person varchar)")
            connection.executemany("insert into raw.people values (?)", [[person_called(n)] for n in ("ann", "bob")])
            connection.execute("checkpoint")
            connection.execute("""
                create table intermediate.int_erased__profiles
                    (pseudonym varchar, erased_by varchar, load_number bigint);
                insert into intermediate.int_erased__profiles values ('x', 'request', 1);
            """)
            connection.execute("delete from raw.people where person = ?", [person_called("ann")])
        assert bytes_found([place], [person_called("ann")]) != {}
        outcome = Outcome()
        outcome.failed_tests = ["test x: 1 row(s) fail"] if fails else []
        return outcome

    monkeypatch.setattr(build, "run_dbt", built)
    assert build.main(["--db", str(database)]) == int(fails)
    left = failed if fails else database
    assert [path.name for path in tmp_path.iterdir()] == [left.name]
    assert bytes_found([left], [person_called("ann")]) == unused_parts(left) == {}
    assert bytes_found([left], [person_called("bob")]) != {}


def test_a_database_that_is_written_anew_holds_all_that_it_held(tmp_path):
    path = tmp_path / "it's.duckdb"
    (tmp_path / "export.csv").write_text("a\n1\n")
    with duckdb.connect(str(path), config={"storage_compatibility_version": "v1.4.0"}) as connection:
        connection.execute(f"""
            create schema marts; create schema empty; create sequence marts.s; create macro marts.m(x) as x + 1;
            create type marts.mood as enum ('good', 'bad');
            create table marts.a (n int not null default 3 check (n > 0), mood marts.mood, t varchar unique);
            insert into marts.a values (1, 'good', 'who was deleted'), (2, 'bad', 'who stays');
            create index i on marts.a (n);
            comment on table marts.a is 'a table'; comment on column marts.a.n is 'a column';
            create view marts.b as select marts.m(n) as n from marts.a; comment on view marts.b is 'a view';
            create view marts.gone as from read_csv('{str(tmp_path / "export.csv").replace("'", "''")}');
        """)
        connection.execute("checkpoint; delete from marts.a where n = 1")
    (tmp_path / "export.csv").unlink()
    path.chmod(0o600)
    before = described(path)
    assert unused_parts(path) != {}
    write_anew(path)
    assert described(path) == before
    assert unused_parts(path) == {}
    assert bytes_found([path], ["who was deleted"]) == {}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def described(path: Path) -> dict[str, list]:
    """Return what a database says of everything in it."""
    lists = {
        "schemas": "schema_name", "views": "schema_name, view_name, sql, comment",
        "tables": "schema_name, table_name, sql, comment", "types": "schema_name, type_name, labels",
        "columns": "schema_name, table_name, column_name, data_type, is_nullable, column_default, comment",
        "constraints": "schema_name, table_name, constraint_text", "indexes": "schema_name, index_name, sql",
        "functions": "function_name, macro_definition", "sequences": "sequence_name, last_value",
    }  # fmt: skip
    with duckdb.connect(str(path), read_only=True) as connection:
        told = {"rows": connection.execute("from marts.a order by n").fetchall()}
        told["tags"] = connection.execute("select tags from duckdb_databases() where not internal").fetchall()
        for name, columns in lists.items():
            own = "" if name in ("constraints", "indexes", "sequences") else "where not internal"
            told[name] = connection.execute(f"select {columns} from duckdb_{name}() {own} order by all").fetchall()
    return told


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
