"""Real refreshes of a small export: what they publish, what stops them, and that readers keep a whole file then."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

import refreshing
import simulate
import unmistakable
from cij.commands.refresh import NO_REPORT
from cij.publishing.run_log import columns
from cij.reporting.queries import query
from cij.reporting.reader import Reader
from refreshing import REFRESH, Place, readable_marts
from test_report import figures
from traces import bytes_found, files_below, unused_parts, values_found
from warehouse import PROJECT, Project, comments, descriptions, rows

ADDRESS = "ann.secret@example.com"
PASSED_OVER = (
    "warning: passed over: EmailOpened (1).csv "
    "(a name that only resembles that of a table; move it into the folder EmailOpened)"
)
JOURNEYS = "msdynmkt_journeyid,msdynmkt_name,modifiedon,sinkmodifiedon\n"


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """Return a simulated export with names, to be copied."""
    folder = tmp_path_factory.mktemp("simulated") / "export"
    assert simulate.main(["--out", str(folder), "--rows", "300", "--seed", "5", "--quiet"]) == 0
    (folder / "msdynmkt_journey.csv").write_text(JOURNEYS + "j-1,Old,2025-01-02T09:00:00Z,2025-01-02T09:00:00Z\n")
    return folder


@pytest.fixture(scope="module")
def place(export, tmp_path_factory):
    """Return a place for refreshes that all tests of this file share, in their order."""
    place = Place(tmp_path_factory.mktemp("place"), export)
    unmistakable.tell_of_them(place)
    return place


@pytest.fixture(scope="module")
def first(place):
    """Return the summary of the first refresh, and what a second got that began while it ran."""
    running = place.start("--json", "--parquet", place.folder / "parquet", "--report", place.folder / "report.html")
    lock = place.private / "lock"
    while running.poll() is None and not (lock.exists() and lock.read_text()):
        time.sleep(0.05)
    second = place.refresh("--json")
    printed, errors = running.communicate()
    assert running.returncode == 0, errors
    return json.loads(printed), second, running.pid


@pytest.fixture(scope="module")
def second(place, first):
    """Return the summary of the second refresh: more opens, a bad value in a small table, a journey's new name."""
    opened = [f"open {n},p-{n},Contact,j-1,2025-03-01T09:00:00Z\n" for n in range(400)]
    place.add("EmailOpened/new.csv", "IdempotencyId,ProfileId,ProfileType,CustomerJourneyId,Timestamp\n", *opened)
    visits = [f"visit {n},{'yesterday' if n == 0 else '2025-03-01T09:00:00Z'}\n" for n in range(3)]
    place.add("WebsiteVisited/new.csv", "IdempotencyId,Timestamp\n", *visits)
    unmistakable.tell_more_of_them(place)
    place.add("EmailOpened (1).csv", "IdempotencyId,Timestamp\n", "passed over,2025-03-01T09:00:00Z\n")
    place.add("msdynmkt_journey.csv", JOURNEYS, "j-1,New,2025-02-02T09:00:00Z,2025-02-02T09:00:00Z\n")
    done = place.refresh("--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


# What is published


def test_the_published_file_holds_marts_and_ops_under_any_name(place, first):
    summary, _, _ = first
    assert (summary["outcome"], summary["generation"], summary["exit_code"]) == ("published", 1, 0)
    copy = place.folder / "copied as something else.db"
    shutil.copy(place.published, copy)
    marts = readable_marts(copy)
    assert len(marts) >= 45 and marts["fct_interactions"] == summary["rows_new"] > 200
    with duckdb.connect(str(copy), read_only=True) as connection:
        schemas = connection.execute("select schema_name from duckdb_schemas() where not internal").fetchall()
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        views = connection.execute("select count(*) from duckdb_views() where not internal").fetchone()
        assert {name for (name,) in schemas} == {"marts", "ops"}
        assert ("ops", "refresh_runs") in tables and ("ops", "source_coverage") in tables
        assert views == (len(list(PROJECT.glob("models/marts/*/bi_*.sql"))),)
        assert "v1.4.0" in str(connection.execute("select tags from duckdb_databases()").fetchall())
    copy.unlink()


def test_the_parquet_files_are_the_marts(place, first):
    marts = readable_marts(place.published)
    current = place.folder / "parquet" / "current"
    assert {path.stem for path in current.iterdir()} == set(marts)
    with duckdb.connect(str(place.published), read_only=True) as connection:
        for mart in marts:
            difference = f"from marts.{mart} except all from '{current}/{mart}.parquet'"
            assert connection.execute(difference).fetchall() == [], mart


def test_the_report_is_of_what_is_published(place, first):
    attempted = "select sum(inflow)::bigint as n from marts.agg_channel_engagement_daily"
    shown = figures((place.folder / "report.html").read_text(encoding="utf-8"))
    assert 0 < int(shown["Attempted"].replace(",", "")) <= rows(place.published, attempted)[0]["n"]


def test_a_refresh_that_begins_while_another_runs_is_refused(first):
    summary, refused, process = first
    assert refused.returncode == 3
    assert refused.stderr == (
        f"error: another refresh is running: process {process}, since {summary['started_at']} UTC\n"
    )
    assert json.loads(refused.stdout)["outcome"] == "busy"


def test_the_run_is_told_in_the_file_that_it_published(place, second):
    summary, errors = second
    runs = rows(place.published, "from ops.refresh_runs order by started_at")
    assert list(runs[0]) == list(columns())
    assert [(run["outcome"], run["generation"]) for run in runs] == [("published", 1), ("published", 2)]
    newest = runs[-1]
    assert newest["run_id"] == summary["run_id"]
    assert newest["ended_at"] > newest["started_at"]
    assert (newest["rows_new"], newest["tests_failed"]) == (403, 0)
    assert newest["tests_run"] > 90
    assert json.loads(newest["seconds_by_model"])["fct_interactions"] > 0
    # Warnings are told, and published all the same.
    assert newest["tests_warned"] == 1
    assert "warning: test rejected_rows_are_few_in_each_table: " in errors
    assert PASSED_OVER in errors and PASSED_OVER.removeprefix("warning: ") in summary["warnings"]
    assert ADDRESS not in errors
    told = rows(place.published, "select path, table_name, reason from ops.passed_over_files")
    assert [tuple(row.values()) for row in told] == [
        ("EmailOpened (1).csv", "EmailOpened", "a name that only resembles that of a table")
    ]


def test_each_mart_and_column_says_what_it_is_after_every_refresh(place, second, tmp_path):
    told = comments(place.published)
    assert told["ops.refresh_runs"] and told["ops.refresh_runs.outcome"].startswith("published; nothing_new")
    of_models = {name: text for name, text in told.items() if not name.startswith("ops.refresh_runs")}
    assert len(of_models) > 1200
    assert of_models == descriptions(Project(tmp_path, raw=None).parsed())


def test_nothing_new_costs_no_build(place, second):
    place.note_loaded_files()
    before = place.published.stat().st_ino
    started = time.monotonic()
    done = place.refresh("--report", place.folder / "unchanged.html")
    assert time.monotonic() - started < 10
    assert (done.returncode, done.stdout.startswith("nothing new (0 new, 0 changed and 0 gone file(s))")) == (0, True)
    assert done.stderr == f"{PASSED_OVER}\n"
    assert place.published.stat().st_ino == before
    assert not (place.folder / "unchanged.html").exists()


# What stops a refresh


def test_a_change_feed_that_deletes_rows_of_earlier_loads_is_refused(place, second):
    """It would have to take back what is stored."""
    header = "IdempotencyId,Timestamp,_change_type,_commit_version\n"
    feed = place.add("WebsiteVisited/feed.csv", header, "visit 2,2025-03-01T09:00:00Z,delete,2\n")
    done = place.refresh()
    assert done.returncode == 2
    assert f"error: {feed}: a change feed that deletes rows which other files gave" in done.stderr
    feed.unlink()


def test_a_failing_test_blocks_publishing_and_the_hook_is_called(place, second):
    bad = place.add("EmailOpened/bad.csv", "IdempotencyId,EmailAddressUsed,Timestamp\n",
                    *(f"{n},{ADDRESS},yesterday\n" for n in range(100)))  # fmt: skip
    before, names = place.published.read_bytes(), place.generations()
    done = place.refresh("--json", "--on-failure", f"cat > '{place.folder}/summary.json'")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert "could not be read, or not all of their values; the limit max_rejected_share is 1.0%" in lines[0]
    assert "1 test(s) failed" in lines[1]
    assert place.published.read_bytes() == before
    assert place.generations() == names
    assert {path.name for path in place.private.iterdir()} == {"lock", "runs.jsonl", "generations"}
    summary = json.loads((place.folder / "summary.json").read_text())
    assert summary == json.loads(done.stdout)
    assert (summary["outcome"], summary["tests_failed"], summary["generation"]) == ("failed", 1, 2)
    assert place.log()[-1]["outcome"] == "failed"
    assert ADDRESS not in done.stderr + done.stdout + (place.private / "runs.jsonl").read_text()
    bad.unlink()


def test_a_full_refresh_forgets_files_that_are_gone_and_keeps_history(place, second):
    (place.export / "EmailOpened" / "new.csv").unlink()
    since = "{start_date: 2025-03-01}"
    refused = place.refresh("--vars", since, "--dry-run")
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: the rules by which rows are loaded have changed since the last refresh")
    # That its report can't be written takes nothing back.
    options = ("--report", place.folder / "nowhere" / "report.html", "--on-failure", f"cat > '{place.folder}/told'")
    done = place.refresh("--full-refresh", "--vars", since, "--json", *options)
    summary = json.loads(done.stdout)
    assert (done.returncode, summary["exit_code"], summary["generation"]) == (NO_REPORT, NO_REPORT, 3), done.stderr
    assert "is published, but its report is not written" in done.stderr
    assert (place.folder / "told").read_text() == done.stdout.strip()
    with Reader(place.published) as reader:
        names, (newest, *_) = reader.run(query("refresh_runs"), {})
    run = dict(zip(names, newest, strict=True))
    assert (run["generation"], run["outcome"]) == (3, "published")
    assert "1 file(s) that were loaded are gone from" in done.stderr
    earlier = "select count(*) as n from marts.fct_interactions where occurred_at < timestamp '2025-03-01'"
    assert rows(place.published, earlier) == [{"n": 0}]
    opened = "select count(*) as n from marts.fct_interactions where journey_id = 'j-1'"
    assert rows(place.published, opened) == [{"n": 0}]
    history = "select journey_name from snapshots.journey_history where journey_id = 'j-1' order by dbt_valid_from"
    assert [row["journey_name"] for row in rows(place.newest() / "warehouse.duckdb", history)] == ["Old", "New"]
    # The generation before is still there to go back to.
    assert place.refresh("--rollback").returncode == 0
    assert rows(place.published, opened) == [{"n": 400}]


@pytest.fixture(scope="module")
def requests(place, second):
    """Return the list of whoever asked to be erased, all of whose traces stand in what was made before they asked."""
    made = [place.private / "generations" / number / "warehouse.duckdb" for number in ("000001", "000002")]
    # Their bytes stand there as they are: no compression hides all of them from a search.
    for search in (values_found, bytes_found):
        assert set().union(*search(made, unmistakable.TRACES).values()) == set(unmistakable.TRACES)
    assert unmistakable.CONTACT in bytes_found([place.published], unmistakable.TRACES)[str(place.published)]
    path = place.folder / "requests.csv"
    path.write_text(unmistakable.REQUESTS)
    return path


def test_no_byte_that_a_refresh_leaves_is_about_whoever_asked_to_be_erased(place, requests):
    failed = place.folder / "journeys.failed.duckdb"
    shutil.copy(place.newest() / "warehouse.duckdb", failed)
    os.utime(failed, (0, 0))
    done = place.refresh("--erasures", requests, "--parquet", place.folder / "parquet", "--json")
    assert done.returncode == 0, done.stderr
    # A load of its own, though it brought no file.
    summary = json.loads(done.stdout)
    assert (summary["load_number"], summary["files_new"], summary["rows_read"]) == (3, 0, 0)
    assert 0 < summary["rows_changed"] < 50
    assert_nothing_tells_of_them(place.private, place.folder / "parquet", place.published, failed)
    for database in (place.newest() / "warehouse.duckdb", place.published):
        assert unused_parts(database) == {}
    refused = place.refresh("--rollback")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "erased people whom the ones before it still knew" in refused.stderr


@pytest.mark.long
def test_no_byte_that_a_build_leaves_is_about_whoever_asked_to_be_erased(place, requests, tmp_path):
    database = tmp_path / "journeys.duckdb"
    shutil.copy(place.newest() / "warehouse.duckdb", tmp_path / "journeys.failed.duckdb")
    command = [sys.executable, PROJECT / "scripts" / "build.py", "--raw", place.export, "--db", database]
    done = subprocess.run([*command, "--erasures", requests], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert PASSED_OVER in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == [database.name]
    assert_nothing_tells_of_them(tmp_path)
    assert unused_parts(database) == {}


def assert_nothing_tells_of_them(*places: Path) -> None:
    """Assert that no byte and no value of any file there, nor of what dbt writes for itself, tells of the person."""
    files = [path for path in places if path.is_file()] + files_below(*places, PROJECT / "target")
    assert values_found(files, unmistakable.TRACES) == {}
    assert bytes_found(files, unmistakable.TRACES) == {}


# Rules that change


@pytest.fixture(scope="module")
def reworded(place, requests):
    """Return a copy of the project, by which what follows is refreshed: its rules say the same in other words."""
    copy = place.copy_project()
    change(copy / "macros/engine/cast.sql", "{#-", "{#- In other words:")
    change(copy / "macros/interactions/deduplicate.sql", "\nbegin;", "\n-- it's one transaction\nbegin;")
    change(copy / "models/staging/email/stg_cij__email_opened.yml", 'description: "', 'description: "Really: ')
    return copy


def change(path: Path, old: str, new: str) -> None:
    """Change the first place in a file that holds a text."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.long
def test_other_words_stop_nothing_and_what_is_stored_stays(place, reworded, requests):
    facts = json.loads((place.newest() / "generation.json").read_text())
    place.add("EmailOpened/newest.csv", "IdempotencyId,JourneyRunId,Timestamp\n", "n-1,run,2025-03-01T09:00:00Z\n")
    done = place.refresh("--erasures", requests, "--keep", "1", "--json")
    assert done.returncode == 0, done.stderr
    after, summary = json.loads((place.newest() / "generation.json").read_text()), json.loads(done.stdout)
    assert after["fingerprints"] == facts["fingerprints"]
    assert after["exact_digest"] != facts["exact_digest"]
    assert (summary["rows_new"], summary["files_new"]) == (1, 1)
    # One generation is kept, as the options say, and only the staging of what is new was made anew.
    assert place.generations() == [f"{summary['generation']:06}"]
    staged = rows(place.newest() / "warehouse.duckdb", "select count(*) as n from raw.changed_tables")
    assert 0 < staged[0]["n"] < 60


def test_a_changed_rule_of_loading_is_told_before_any_work(place, reworded, requests):
    cast = reworded / "macros/engine/cast.sql"
    before, text = place.published.read_bytes(), cast.read_text(encoding="utf-8")
    change(cast, "try_cast", "cast")
    refused = place.refresh("--erasures", requests)
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: the rules by which rows are loaded have changed since the last refresh")
    assert place.published.read_bytes() == before
    cast.write_text(text, encoding="utf-8")


def test_a_changed_fact_setting_or_word_restates_what_was_loaded_before(place, reworded, requests):
    copy = reworded
    fact = copy / "models/marts/journeys/fct_journey_runs.sql"
    change(fact, "select * from final", "select * replace (cast(1000000 as double) as duration_seconds) from final")
    reasons = (copy / "seeds/reference/block_reasons.csv").read_text(encoding="utf-8").splitlines()[:2]
    own = place.folder / "reference" / "block_reasons.csv"
    own.parent.mkdir()
    own.write_text(f"{reasons[0]}\nawordofours,{reasons[1].split(',', 1)[1]}\n", encoding="utf-8")
    days = "select sum(inflow)::bigint as n, min(attempt_date) as first from marts.agg_channel_engagement_daily"
    before = rows(place.published, days)[0]
    options = ("--erasures", requests, "--reference", own.parent, "--vars", "{report_timezone: Pacific/Kiritimati}")
    done = place.refresh("--options", "--keep 1 --json", *options)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert place.generations() == [f"{summary['generation']:06}"]
    assert (summary["outcome"], summary["files_new"], summary["rows_new"]) == ("published", 0, 0)
    durations = "select count(*) > 5 as many, min(duration_seconds) as least from marts.fct_journey_runs"
    assert rows(place.published, durations) == [{"many": True, "least": 1_000_000}]
    after = rows(place.published, days)[0]
    assert after["n"] == before["n"] and after["first"] != before["first"]
    known = "select count(*) as n from reference.block_reasons where reason = 'awordofours'"
    assert rows(place.newest() / "warehouse.duckdb", known) == [{"n": 1}]
    assert place.refresh(*options).stdout.startswith("nothing new")


def test_every_option_is_tried_with_the_real_dbt():
    told = subprocess.run([*REFRESH, "--help"], capture_output=True, text=True, check=True).stdout
    options = set(re.findall(r"^  (--[a-z-]+)", told, re.MULTILINE))
    files = (Path(__file__), Path(refreshing.__file__))
    tried = "".join(path.read_text(encoding="utf-8") for path in files)
    assert len(options) > 10
    assert [option for option in sorted(options) if not re.search(f'{option}[ "=]', tried)] == []


# What goes wrong


@pytest.mark.long
def test_source_that_goes_away_in_the_middle(export, tmp_path):
    place = Place(tmp_path, export)
    running = place.start("--json")
    # The export has been looked at as soon as its tables are written down; they are read when the first family is made.
    log = place.private / "building" / "warehouse.duckdb.wal"
    while running.poll() is None and not (log.exists() and log.stat().st_size > 100_000):
        time.sleep(0.02)
    shutil.rmtree(place.export)
    _, errors = running.communicate()
    assert running.returncode == 1, errors
    assert errors.count("\n") == 1 and "went away while it was read; the next refresh tries again" in errors
    assert not place.published.exists()
    shutil.copytree(export, place.export)
    assert place.refresh("--dry-run").returncode == 0
    assert place.log()[-1]["outcome"] == "failed"


@pytest.mark.long
def test_memory_that_runs_out(export, tmp_path):
    place = Place(tmp_path, export)
    done = place.refresh(CIJ_MEMORY_LIMIT="12MB")
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1 and "Out of Memory" in done.stderr
    assert not place.published.exists() and place.generations() == []
    assert place.log()[-1]["outcome"] == "exhausted"


@pytest.mark.long
def test_a_disk_that_is_full(export, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may make a small disk")
    try:
        done = subprocess.run(
            [*REFRESH, "--raw", export, "--publish", disk / "j.duckdb"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 4, done.stderr
        assert done.stderr.count("\n") == 1 and "No space left on device" in done.stderr
        assert not (disk / "j.duckdb").exists()
        assert list((disk / ".j.duckdb.refresh" / "generations").iterdir()) == []
    finally:
        subprocess.run(["umount", disk], check=True)


# Readers


@pytest.mark.long
def test_readers_during_twenty_real_refreshes(export, tmp_path):
    place = Place(tmp_path, export)
    assert place.refresh().returncode == 0
    stop = place.folder / "stop"
    code = (
        "import sys, pathlib, time; sys.path += sys.argv[3:]; from refreshing import readable_marts, generation_of\n"
        "published, stop, seen = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), {}\n"
        "while not stop.exists():\n"
        "    number, marts = generation_of(published), readable_marts(published)\n"
        "    if generation_of(published) == number: assert seen.setdefault(number, marts) == marts, number\n"
        "    time.sleep(1)\n"
        "print(len(seen))"
    )
    command = [sys.executable, "-c", code, place.published, stop, Path(__file__).parent, PROJECT / "scripts"]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(8)]
    for number in range(20):
        place.add(f"EmailOpened/{number}.csv", "IdempotencyId,Timestamp\n", f"new {number},2025-03-01T09:00:00Z\n")
        assert place.refresh().returncode == 0
    stop.touch()
    for reader in readers:
        printed, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, errors
        assert int(printed) > 10
