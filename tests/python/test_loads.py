"""Loads: whatever comes, in whatever order, the marts are those of one build over all files that were seen so far."""

import hashlib
import random
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow
import pytest
from deltalake import write_deltalake
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cij.loading.limits import ExportError
from simulate import main as simulate
from warehouse import Project, empty, rows, stored

LOADS = 3
LARGE_TABLES = ["EmailSent", "EmailDelivered", "EmailClicked", "ActionEventInflow", "JourneyEventInflow"]
# Whose records may be merged, and the column with their ids.
IDS = {"contact": "ContactId", "lead": "leadid"}
# How the tables are written; the others are Parquet.
FORMATS = {
    "EmailOpened": "csv",
    "SmsSent": "csv",
    "contact": "delta",
    "ActionEventProcessed": "delta",
    "SmsDelivered": "delta",
}
# What a load and a build over all of them may tell differently: when it was, which load brought it, and how a file was
# called (the whole has both versions of a file that changed, under two names).
OF_THE_RUN = {
    "load_number",
    "files",
    "hours_since_last_event",
    "is_stale",
    "source_file",
    "file_bytes",
    "changed_at",
    "is_gone",
}


@dataclass(frozen=True)
class Plan:
    """How a history comes: in which order its loads, which of them find the staging views of the last one good.

    tables: the first has a file that is written again, the second one that goes away, the third one with a column less.
    """

    seed: int
    order: tuple[int, ...]
    keeps_views: tuple[bool, ...]
    tables: tuple[str, ...]


PLANS = st.builds(
    Plan,
    seed=st.integers(1, 100_000),
    order=st.permutations(range(LOADS)).map(tuple),
    keeps_views=st.tuples(st.just(False), st.booleans(), st.booleans()),
    tables=st.permutations(LARGE_TABLES).map(tuple),
)


@dataclass
class Exports:
    """The same history twice: `growing` is loaded piece by piece, `whole` holds every file that growing ever had."""

    growing: Path
    whole: Path
    pieces: dict[tuple[str, int], pyarrow.Table] = field(default_factory=dict)

    def cut(self, connection: duckdb.DuckDBPyConnection, history: Path, seed: int, first: int) -> None:
        """Cut a simulated Parquet export into loads at random, repeats and new versions wherever they fall.

        The first load knows all records of who was deleted, or was ever merged into them: what later ones tell of a
        merge finds nobody any more to give the events to, unlike a build over all files.
        """
        chance = random.Random(seed)
        deleted = connection.sql(
            f"select lower(DeletedContactId) from read_parquet('{history}/ContactDeleted/*.parquet') "
            f"union all select lower(DeletedEntityId) from read_parquet('{history}/EntityDeleted/*.parquet')"
        ).fetchall()
        for table in sorted(history.iterdir()):
            events = connection.sql(f"from read_parquet('{table}/*.parquet')").arrow().read_all()
            assigned = [chance.randrange(LOADS) for _ in range(len(events))]
            if table.name in IDS:
                ids = [str(id_).lower() for id_ in events.column(IDS[table.name]).to_pylist()]
                masters = [str(id_).lower() for id_ in events.column("masterid").to_pylist()]
                erased = {id_ for (id_,) in deleted}
                while more := {id_ for id_, master in zip(ids, masters, strict=True) if master in erased} - erased:
                    erased |= more
                assigned = [first if id_ in erased else load for id_, load in zip(ids, assigned, strict=True)]
            for load in set(assigned):
                places = [place for place, number in enumerate(assigned) if number == load]
                self.pieces[table.name, load] = events.take(places)

    def narrow(self, table: str, load: int) -> None:
        """Take a column from a piece."""
        self.pieces[table, load] = self.pieces[table, load].drop_columns(["CustomerJourneyId"])

    def add(self, connection: duckdb.DuckDBPyConnection, load: int) -> None:
        """Put a load's files into both exports."""
        for (table, number), events in self.pieces.items():
            if number == load:
                for export in (self.growing, self.whole):
                    write(connection, events, export / table, str(load), FORMATS.get(table, "parquet"))

    def change(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        """Let the first file of a Parquet table be written again, with half its rows and others from the last load."""
        first, last = self.pieces[table, 0], self.pieces[table, LOADS - 1]
        events = pyarrow.concat_tables([first.slice(0, len(first) // 2), last.slice(1)])
        write(connection, events, self.growing / table, "0", "parquet")
        write(connection, events, self.whole / table, "0-again", "parquet")


def write(
    connection: duckdb.DuckDBPyConnection, rows: pyarrow.Table, folder: Path, name: str, file_format: str
) -> None:
    """Write rows as a file of a table; to a Delta table they are added."""
    folder.mkdir(parents=True, exist_ok=True)
    if file_format == "delta":
        write_deltalake(str(folder), rows, mode="append")
    else:
        connection.register("rows", rows)
        connection.execute(f"copy rows to '{folder}/{name}.{file_format}' (format {file_format})")


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    """Return two projects, each with an export folder of its own: growing and whole."""
    scratch = tmp_path_factory.mktemp("loads")
    both = []
    for name in ("growing", "whole"):
        (scratch / name).mkdir()
        both.append(project_in(scratch / name))
    return both


def project_in(folder: Path) -> Project:
    """Return a project over the folder `export` below a folder. One for all tests here: parsing settings is slow."""
    settings = {"max_rejected_share": 1, "erase_deleted_people": True, "erasure_path": "environment"}
    project = Project(folder, folder / "export", **settings)
    project.paths = {"erasure_path": None}
    return project


def contents(database: Path) -> dict[str, list[tuple]]:
    """Return the sorted rows of every mart and ops table, without what tells one run from another."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name, list(column_name order by ordinal_position) "
            "from information_schema.columns where table_schema in ('marts', 'ops') group by all order by all"
        ).fetchall()
        found = {}
        for schema, name, columns in tables:
            kept = ", ".join(f'"{column}"' for column in columns if column not in OF_THE_RUN)
            found[f"{schema}.{name}"] = connection.execute(
                f"select {kept} from {schema}.{name} order by all"
            ).fetchall()
    # A Delta table is one row for each load that read it.
    if log := found.get("ops.load_log"):
        found["ops.load_log"] = [row for row in log if "delta" not in row]
    return found


def differences(actual: dict[str, list[tuple]], expected: dict[str, list[tuple]]) -> dict[str, str]:
    """Return, by table, the first rows that only one side has."""
    told = {}
    for name in expected.keys() | actual.keys():
        ours, theirs = actual.get(name, []), expected.get(name, [])
        if ours != theirs:
            more, fewer = [row for row in ours if row not in theirs], [row for row in theirs if row not in ours]
            told[name] = f"{len(ours)} rows, {len(theirs)} expected; only here {more[:2]}; only there {fewer[:2]}"
    return told


# The one build that they are compared with is tested.
WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
# What a load leaves for the next one, and what that is made of; all else is made anew each time, as the last one shows.
GROWING = ("--select", "+config.materialized:incremental", "+resource_type:snapshot")


@given(plan=PLANS)
@example(plan=Plan(1, (1, 2, 0), (False, True, True), tuple(LARGE_TABLES)))
@settings(max_examples=5, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
def test_loads_equal_one_build(projects, request, plan):
    growing, whole = projects
    is_long = request.config.getoption("--long")
    exports = Exports(empty(growing.raw), empty(whole.raw))
    history = growing.scratch / "history"
    shutil.rmtree(history, ignore_errors=True)
    simulate(["--out", str(history), "--rows", "3000", "--seed", str(plan.seed), "--format", "parquet", "--names"])
    growing.database.unlink(missing_ok=True)
    changed, shrunk, narrowed, *_ = plan.tables
    gone = growing.raw / shrunk / f"{plan.order[0]}.parquet"
    with duckdb.connect() as connection:
        exports.cut(connection, history, plan.seed, first=plan.order[0])
        exports.narrow(narrowed, plan.order[-1])
        for place, load in enumerate(plan.order):
            exports.add(connection, load)
            if load == LOADS - 1:
                exports.change(connection, changed)
            if place == 1:
                # What is gone takes nothing with it.
                gone.unlink()
            growing.keeps_views = plan.keeps_views[place]
            growing.run("build", *(() if is_long or place == LOADS - 1 else GROWING), *WITHOUT_TESTS)
            # The first load is a build over all files by itself.
            if place == 1 and is_long:
                assert differences(contents(growing.database), contents(whole.build_anew())) == {}
    assert differences(contents(growing.database), contents(whole.build_anew())) == {}
    with duckdb.connect(str(growing.database), read_only=True) as connection:
        told = connection.execute("select distinct source_file from ops.load_log where is_gone").fetchall()
        staged_anew = connection.execute("select table_name from raw.changed_tables").fetchall()
    assert told == [(str(gone),)]
    assert (narrowed,) in staged_anew
    assert (len(staged_anew) < 145) == plan.keeps_views[-1]


# The worked example of the marts' README, which arrives as badly as it can: what joins a send comes before it.
WITHOUT_RUN = [
    {"EmailSoftRemoteBounced": ["bounce,2025-01-06T11:00:00Z,,"], "EmailOpened": ["open,2025-01-08T18:00:00Z,,"]},
    {"EmailSent": ["send 2,2025-01-08T09:00:00Z,,", "in run,2025-01-07T09:00:00Z,r,s"]},
    {"EmailClicked": ["click,2025-01-09T09:00:00Z,,"], "BotEmailLinkClicked": ["bot,2025-01-05T08:00:00Z,,"]},
    {
        "EmailSent": ["send 1,2025-01-06T09:00:00Z,,", "send 3,2025-01-09T09:00:00Z,,"],
        "EmailOpened": ["late,2025-01-10T10:00:00Z,r,s", "half,2025-01-08T08:00:00Z,r,"],
    },
]


MESSAGES = ("--select", "+fct_channel_engagement", *WITHOUT_TESTS)


def test_events_without_run_find_their_attempt_in_any_order_of_loads(projects):
    growing, whole = projects
    growing.database.unlink(missing_ok=True)
    exports = [empty(project.raw) for project in projects]
    header = "IdempotencyId,Timestamp,JourneyRunId,JourneyActionId,MessageId,ProfileId,ProfileType\n"
    for number, load in enumerate(WITHOUT_RUN):
        for table, lines in load.items():
            for export in exports:
                (export / table).mkdir(exist_ok=True)
                text = header + "".join(f"{line},m,ann,Contact\n" for line in lines)
                (export / table / f"{number}.csv").write_text(text)
        growing.run("build", *MESSAGES)
    whole.database.unlink(missing_ok=True)
    whole.run("build", *MESSAGES)
    assert differences(contents(growing.database), contents(whole.database)) == {}
    with duckdb.connect(str(growing.database), read_only=True) as connection:
        found = connection.execute(
            "select journey_run_id, attempt, was_sent, was_bounced, opens, clicks, bot_clicks "
            "from marts.fct_channel_engagement order by sent_at"
        ).fetchall()
    assert found == [
        (None, 1, True, True, 0, 0, 1),
        ("r", 1, True, False, 2, 0, 0),
        (None, 2, True, False, 1, 0, 0),
        (None, 3, True, False, 0, 1, 0),
    ]


@pytest.mark.long
def test_a_load_of_nothing_changes_nothing(projects):
    growing, _ = projects
    before = contents(growing.database)
    growing.run("build", "--exclude-resource-type", "unit_test")
    assert differences(contents(growing.database), before) == {}


@pytest.mark.long
def test_who_turns_out_not_to_have_been_merged_is_erased(projects):
    growing, _ = projects
    growing.database.unlink(missing_ok=True)
    files = {
        "contact/1.csv": "ContactId,masterid,merged,modifiedon\nc-1,c-2,true,2025-01-01T09:00:00Z\n",
        "EmailSent/1.csv": "IdempotencyId,ProfileId,ProfileType,EmailAddressUsed,Timestamp\n"
        "sent,c-1,Contact,ann@example.com,2025-01-02T09:00:00Z\n",
        "ContactDeleted/1.csv": "IdempotencyId,DeletedContactId,Timestamp\ndeleted,c-1,2025-01-03T09:00:00Z\n",
    }
    later = {"contact/2.csv": "ContactId,masterid,merged,modifiedon\nc-1,,false,2025-01-04T09:00:00Z\n"}
    export = empty(growing.raw)
    sent = []
    for load in (files, later):
        for name, text in load.items():
            (export / name).parent.mkdir(exist_ok=True)
            (export / name).write_text(text)
        growing.run("build", "--exclude-resource-type", "unit_test")
        with duckdb.connect(str(growing.database), read_only=True) as connection:
            query = "select profile_id, email_address_used is null from intermediate.int_email__interactions"
            sent += connection.execute(query).fetchall()
    assert sent[0][0] == sent[1][0]
    assert sent[0][0].startswith("erased-")
    assert [was_taken_out for _, was_taken_out in sent] == [False, True]


# Slips

EMAIL = "intermediate.int_email__interactions"
SENT = "IdempotencyId,ProfileId,ProfileType,Timestamp\n{0},p-1,Contact,2025-01-02T09:00:00Z\n"
FULL = ("build", "--full-refresh")
OTHER_SECRET = hashlib.sha256(b"another").hexdigest()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Return a project that has loaded one file, which is gone since, and a second one."""
    project = project_in(tmp_path_factory.mktemp("slips"))
    sent = empty(project.raw / "EmailSent")
    for name in ("1", "2"):
        (sent / f"{name}.csv").write_text(SENT.format(name))
        project.run("run", "--select", "+int_email__interactions")
        (sent / "1.csv").unlink(missing_ok=True)
    assert rows(project.database, f"select idempotency_id as id from {EMAIL} order by id") == [{"id": "1"}, {"id": "2"}]
    return project


@pytest.mark.parametrize(
    ("command", "slip", "fault"),
    [
        (("build", "--empty"), {}, "--empty: would count the export's files as loaded without their rows"),
        (("run", "--sample", "3 days"), {}, "--sample: would count the export's files as loaded without their rows"),
        (
            ("clone", "--full-refresh", "--state", "target"),
            {},
            "was loaded from an export, which a clone would replace",
        ),
        (FULL, {"erasure_path": "mistyped.csv"}, "mistyped.csv: no such file"),
        (
            ("run",),
            {"variables": {"pii_policy": "keep"}},
            "pii_policy: not what it was when the stored rows were loaded",
        ),
        (("run",), {"secret": OTHER_SECRET}, "CIJ_PII_SECRET: not what it was when the stored rows were loaded"),
        (("test", "--select", EMAIL.split(".")[1]), {"secret": OTHER_SECRET}, None),
        (("compile", "--full-refresh", "--select", EMAIL.split(".")[1]), {"secret": OTHER_SECRET}, None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_slip_touches_nothing(loaded, monkeypatch, command, slip, fault):
    before = stored(loaded.database)
    if "erasure_path" in slip:
        monkeypatch.setitem(loaded.paths, "erasure_path", loaded.scratch / slip["erasure_path"])
    if "variables" in slip:
        monkeypatch.setattr(loaded, "variables", loaded.variables | slip["variables"])
        monkeypatch.setattr(loaded, "manifest", None)
    # dbt alone: what it does after a load, with options that it was not meant to get.
    monkeypatch.setattr(loaded, "raw", None)
    if "secret" in slip:
        monkeypatch.setenv("CIJ_PII_SECRET", slip["secret"])
    if fault:
        with pytest.raises(AssertionError, match=re.escape(fault)):
            loaded.run(*(str(loaded.documents()) if word == "target" else word for word in command))
    else:
        loaded.run(*command)
    assert stored(loaded.database) == before


def test_another_export_adds_its_rows_and_takes_none(loaded, monkeypatch):
    other = empty(loaded.scratch / "other" / "EmailSent") / "3.csv"
    other.write_text(SENT.format("3"))
    monkeypatch.setattr(loaded, "raw", other.parents[1])
    loaded.run("run", "--select", "+int_email__interactions")
    assert rows(loaded.database, f"select count(*) as n from {EMAIL}") == [{"n": 3}]
    # Back at the first, its file isn't new.
    monkeypatch.undo()
    loaded.run("run", "--select", "+int_email__interactions")
    assert rows(loaded.database, f"select sum(repeated_rows) as n, count(*) as m from {EMAIL}") == [{"n": 0, "m": 3}]
    assert rows(loaded.database, "select count(*) as n from raw.loaded_files") == [{"n": 3}]


@pytest.mark.parametrize(
    "command",
    [
        ("run", "--full-refresh", "--select", "+int_email__interactions"),
        ("run", "--full-refresh", "--select", "stg_dataverse__journey"),
        ("seed", "--full-refresh", "--select", "EmailSent", "sms_keywords"),
        ("run", "--select", "int_email__interactions"),
        ("build", "--select", "int_email__interactions", "stg_cij__email_sent"),
    ],
    ids=" ".join,
)
def test_no_command_of_dbt_replaces_what_was_loaded(loaded, monkeypatch, command):
    """Not even where the file is gone: its rows are stored, and what is stored stays."""
    monkeypatch.setattr(loaded, "raw", None)
    before = stored(loaded.database)[EMAIL]
    loaded.run(*command)
    assert stored(loaded.database)[EMAIL] == before


def test_a_load_that_a_command_would_count_without_its_rows_is_refused(loaded, monkeypatch):
    header, row = SENT.format("4").split("\n")[:2]
    new_column = loaded.raw / "EmailSent" / "4.csv"
    new_column.write_text(f"{header},EmailDomain\n{row},example.com\n", encoding="utf-8")
    loaded.load()
    before = stored(loaded.database)
    monkeypatch.setattr(loaded, "raw", None)
    for selected, missing in (("", "stg_cij__email_sent"), ("stg_cij__email_sent", "int_source_files")):
        with pytest.raises(AssertionError, match=f"new files of EmailSent as loaded without {missing}"):
            loaded.run("run", "--select", "int_email__interactions", *selected.split())
    assert stored(loaded.database) == before
    # Loaded twice before it is built, it is stored once.
    monkeypatch.undo()
    loaded.run("run", "--select", "+int_email__interactions")
    assert rows(loaded.database, f"select count(*) as n, sum(repeated_rows) as m from {EMAIL}") == [{"n": 4, "m": 0}]


def test_a_load_anew_forgets_what_is_gone_and_keeps_the_key(loaded):
    loaded.load(anew=True)
    loaded.run("run", "--select", "+int_email__interactions")
    assert rows(loaded.database, f"select idempotency_id as id from {EMAIL} order by id") == [{"id": "2"}, {"id": "4"}]


@pytest.mark.parametrize("folder", ["mistyped", "target"])
def test_a_load_of_no_export_touches_nothing(loaded, monkeypatch, folder):
    before = stored(loaded.database)
    monkeypatch.setattr(loaded, "raw", loaded.scratch / folder)
    with pytest.raises(ExportError, match=r"no such folder|holds no table of Customer Insights"):
        loaded.load()
    assert stored(loaded.database) == before
