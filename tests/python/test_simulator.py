"""The simulator keeps its promises: complete, coherent, repeatable data, and a truth that agrees with it."""

import csv
import hashlib
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

import simulate
from simulator.chunks import Job
from simulator.schema import read_entities
from simulator.writers import as_text

ROOT = Path(__file__).resolve().parents[2]
ENTITIES = read_entities(simulate.STAGING)
SMALL = 2500


def simulated(*arguments) -> None:
    """Run the simulator in this process and expect it to succeed."""
    assert simulate.main([*map(str, arguments), "--quiet"]) == 0


def fingerprint(folder: Path) -> dict[str, str]:
    """Return a hash of each file below `folder`, by its relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def read_sample(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each entity of a sample; an empty field is null."""
    rows = {}
    for path in folder.glob("*/*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows[path.stem] = list(csv.DictReader(file))
    return rows


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Return the folders of a fresh sample and of its truth."""
    folder = tmp_path_factory.mktemp("sample")
    simulated("--seeds", folder / "raw", "--names", "--truth", folder / "truth")
    return folder / "raw", folder / "truth"


@pytest.fixture(scope="module")
def sample_rows(sample):
    """Return the rows of the sample, by entity."""
    return read_sample(sample[0])


@pytest.fixture(scope="module")
def warehouse(sample):
    """Return a DuckDB connection with the truth tables and the sample's tables (as text)."""
    raw, truth = sample
    connection = duckdb.connect()
    for table in truth.glob("*.parquet"):
        connection.execute(f"create view {table.stem} as select * from '{table}'")
    for name in ("EmailSent", "EmailDelivered", "EmailClicked", "BotEmailLinkClicked"):
        file = raw / "email" / f"{name}.csv"
        connection.execute(f"create view {name} as select * from read_csv('{file}', all_varchar = true, header = true)")
    return connection


def none_of(connection, query: str) -> None:
    """Expect `query` to find no rows."""
    found = connection.execute(query).fetchmany(5)
    assert not found, found


def some_of(connection, query: str) -> None:
    """Expect `query` to find rows."""
    assert connection.execute(query).fetchone(), query


# The sample


def test_sample_has_every_entity_and_fills_every_column(sample_rows):
    assert set(sample_rows) == set(ENTITIES)
    for name, rows in sample_rows.items():
        assert len(rows) >= 3, name
        assert list(rows[0]) == list(ENTITIES[name].columns), name
        empty = [column for column in rows[0] if not any(row[column] for row in rows)]
        assert not empty, (name, empty)


def test_sample_is_small(sample, sample_rows):
    assert 15_000 <= sum(map(len, sample_rows.values())) <= 25_000
    assert sum(path.stat().st_size for path in sample[0].rglob("*.csv")) < 10_000_000


def test_sample_in_the_repository_is_the_one_that_the_simulator_writes(sample):
    assert fingerprint(ROOT / "seeds" / "raw") == fingerprint(sample[0])
    assert fingerprint(ROOT / "seeds" / "dataverse") == fingerprint(sample[0].parent / "dataverse")


def test_sample_times_are_iso_and_addresses_are_reserved_ones(sample_rows):
    iso = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    for name, rows in sample_rows.items():
        assert all(iso.fullmatch(row["Timestamp"]) for row in rows), name
        for column in {"EmailAddressUsed", "EmailAddress"} & set(rows[0]):
            addresses = {row[column].lower() for row in rows if "@" in row[column]}
            assert all(re.search(r"@([a-z]+\.)*example(\.(com|org|net))?$", address) for address in addresses), name
        if "IpAddress" in rows[0]:
            assert all(row["IpAddress"].startswith(("192.0.2.", "198.51.100.", "203.0.113.")) for row in rows), name


def test_sample_has_what_real_exports_have(sample_rows):
    repeats = older_versions = 0
    for rows in sample_rows.values():
        repeats += sum(count - 1 for count in Counter(tuple(row.values()) for row in rows).values())
        versions: dict[tuple, set] = {}
        for row in rows:
            versions.setdefault((row["OrganizationId"], row["IdempotencyId"]), set()).add(row["Version"])
        older_versions += sum(len(found) > 1 for key, found in versions.items() if key[1])
    assert repeats > 30
    assert older_versions > 30
    everything = [row for rows in sample_rows.values() for row in rows]
    assert any(not row["IdempotencyId"] and row["InternalMarketingInteractionId"] for row in everything)
    assert any(not row["IdempotencyId"] and not row["InternalMarketingInteractionId"] for row in everything)
    assert any(row.get("ContactId") and not row["ProfileId"] for row in everything if "ProfileId" in row)
    assert any(row.get("IsUnresolvedProfile") == "true" and not row.get("ProfileId") for row in everything)
    journeys = [row["CustomerJourneyId"] for row in everything if row.get("CustomerJourneyId")]
    assert any(journey.startswith("{") for journey in journeys)
    assert any(journey != journey.strip() for journey in journeys)
    assert any(journey != journey.lower() for journey in journeys)
    assert {row["DeliveredCount"] for row in sample_rows["EmailDelivered"]} == {"1", "-1", ""}
    assert any(row["UsageType"] == "TestSend" for row in sample_rows["EmailSent"])
    times = [row["Timestamp"] for row in sample_rows["EmailSent"]]
    assert times != sorted(times)
    for entity in ("EmailHardRemoteBounced", "EmailSoftRemoteBounced", "EmailBlockBounced", "EmailForwarded"):
        assert {row["SourceSystem"] == "1" for row in sample_rows[entity]} == {True, False}, entity


def test_sample_has_messages_sent_again_and_again_without_a_run(warehouse):
    for channel, person_is_known in (("email", True), ("custom", False)):
        some_of(
            warehouse,
            f"select * from messages where channel = '{channel}' and (profile_id is not null) = {person_is_known} "
            "and journey_run_id is null and attempt > 1 and was_delivered",
        )
    some_of(warehouse, "select * from messages where attempt > 1 and journey_id is not null and opens > 0")
    some_of(warehouse, "select * from messages where journey_engine = 'outbound' and was_unsubscribed")


# The same arguments, the same rows


def test_same_seed_same_bytes_and_another_seed_others(sample, tmp_path):
    simulated("--seeds", tmp_path / "again", "--names")
    simulated("--seeds", tmp_path / "other", "--seed", 2)
    assert fingerprint(tmp_path / "again") == fingerprint(sample[0])
    assert fingerprint(tmp_path / "other")["email/EmailSent.csv"] != fingerprint(sample[0])["email/EmailSent.csv"]


def test_workers_do_not_change_the_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(Job, "chunk_rows", lambda job: [1200, 1300])
    for workers in (1, 2):
        out = tmp_path / str(workers)
        truth = tmp_path / f"truth{workers}"
        simulated("--out", out, "--truth", truth, "--rows", SMALL, "--format", "csv", "--workers", workers)
    assert fingerprint(tmp_path / "1") == fingerprint(tmp_path / "2")
    for table in (tmp_path / "truth1").iterdir():
        assert pq.read_table(table).equals(pq.read_table(tmp_path / "truth2" / table.name)), table.name


def texts(table: pa.Table) -> Counter:
    """Return how often each row occurs, every value as text."""
    return Counter(zip(*(column.to_pylist() for column in as_text(table, False).columns), strict=True))


def us_texts(table: pa.Table) -> Counter:
    """Return the same with times as US-English text."""
    return Counter(zip(*(column.to_pylist() for column in as_text(table, True).columns), strict=True))


def read_csv(files: list[Path]) -> pa.Table:
    """Read CSV files without guessing types; an empty field is null."""
    rows, names = [], []
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            names, *more = list(csv.reader(lines))
            rows += [[value or None for value in row] for row in more]
    return pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)})


@pytest.fixture(scope="module")
def typed(tmp_path_factory):
    """Return the tables of a small Parquet export, by entity."""
    out = tmp_path_factory.mktemp("typed") / "export"
    simulated("--out", out, "--rows", SMALL)
    return {path.name: pq.read_table(path / "part-00000.parquet") for path in out.iterdir()}


def test_parquet_is_typed_as_the_schema_says(typed):
    assert set(typed) == set(ENTITIES)
    assert sum(map(len, typed.values())) == SMALL
    for name, table in typed.items():
        assert dict(zip(table.column_names, table.schema.types, strict=True)) == ENTITIES[name].columns, name


@pytest.mark.parametrize(
    ("arguments", "read", "as_read"),
    [
        (["--format", "csv"], lambda out, name: read_csv([out / name / "part-00000.csv"]), texts),
        (["--format", "csv", "--us-dates"], lambda out, name: read_csv([out / name / "part-00000.csv"]), us_texts),
        (["--format", "csv", "--layout", "file"], lambda out, name: read_csv([out / f"{name}.csv"]), texts),
        (["--layout", "file"], lambda out, name: pq.read_table(out / f"{name}.parquet"), texts),
        (["--layout", "nested"], lambda out, name: ds.dataset(out / name, format="parquet").to_table(), texts),
        (["--text"], lambda out, name: pq.read_table(out / name / "part-00000.parquet"), texts),
        (["--text", "--us-dates"], lambda out, name: pq.read_table(out / name / "part-00000.parquet"), us_texts),
        (["--layout", "outbound"], lambda out, name: read_csv(list((out / name).iterdir())), us_texts),
    ],
    ids=["csv", "csv-us", "csv-file", "file", "nested", "text", "text-us", "outbound"],
)
def test_every_format_and_layout_holds_the_same_rows(typed, tmp_path, arguments, read, as_read):
    simulated("--out", tmp_path / "export", "--rows", SMALL, *arguments)
    for name, table in typed.items():
        found = read(tmp_path / "export", name)
        assert found.column_names == table.column_names, name
        assert texts(found) == as_read(table), name


def test_text_export_has_text_columns_only(tmp_path):
    simulated("--out", tmp_path / "export", "--rows", SMALL, "--text", "--us-dates")
    table = pq.read_table(tmp_path / "export" / "EmailSent" / "part-00000.parquet")
    assert set(table.schema.types) == {pa.string()}
    assert re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d [AP]M", table["Timestamp"][0].as_py())


@pytest.mark.parametrize("rows", [1, 30, 1000, 2000])
def test_an_export_has_exactly_the_rows_asked_for(tmp_path, rows):
    simulated("--out", tmp_path / "export", "--rows", rows)
    parts = list((tmp_path / "export").glob("*/*.parquet"))
    assert sum(pq.read_metadata(part).num_rows for part in parts) == rows
    if rows >= 2000:
        assert {part.parent.name for part in parts} == set(ENTITIES)


def test_entities_and_columns_can_be_left_out(tmp_path):
    for name in ("one", "two"):
        simulated("--out", tmp_path / name, "--rows", SMALL, "--drop-entities", 0.3, "--drop-columns", 0.2)
    assert fingerprint(tmp_path / "one").keys() == fingerprint(tmp_path / "two").keys()
    for file in fingerprint(tmp_path / "one"):
        assert pq.read_table(tmp_path / "one" / file).equals(pq.read_table(tmp_path / "two" / file)), file
    kept = {path.name: pq.read_schema(path / "part-00000.parquet").names for path in (tmp_path / "one").iterdir()}
    assert 80 < len(kept) < 125
    share = sum(map(len, kept.values())) / sum(len(ENTITIES[name].columns) for name in kept)
    assert 0.7 < share < 0.9


# Coherence


def test_clicks_belong_to_delivered_messages_and_to_untraced_ones(warehouse):
    none_of(
        warehouse, "select * from messages where clicks > 0 and channel = 'email' and was_sent and not was_delivered"
    )
    none_of(warehouse, "select * from messages where first_clicked_at < delivered_at or delivered_at < sent_at")
    plain = "lower(trim(trim(coalesce({0}, '')), '{{}}'))"
    keys = (
        "MessageId",
        "JourneyRunId",
        "JourneyActionId",
        "CustomerJourneyIterationId",
        "ActivityId",
        "EmailAddressUsed",
    )
    key = ", ".join(f"{plain.format(name)} as {name}" for name in keys)
    undelivered = "(select {0} from {1} except select {0} from EmailDelivered)"
    none_of(warehouse, undelivered.format(key, "BotEmailLinkClicked"))
    none_of(warehouse, f"{undelivered.format(key, 'EmailClicked')} intersect select {key} from EmailSent")
    none_of(
        warehouse,
        "select * from EmailClicked where coalesce(JourneyRunId, CustomerJourneyIterationId, UsageType) is null",
    )


def test_truth_counts_the_rows_of_every_entity(warehouse, sample_rows):
    counted = dict(warehouse.execute("select entity, raw_rows from interactions").fetchall())
    assert counted == {name: len(rows) for name, rows in sample_rows.items()}
    none_of(warehouse, "select * from interactions where rows_after_dedup > raw_rows or rows_after_dedup < 1")
    none_of(warehouse, "select * from interactions where raw_rows != rows_after_dedup + repeats + superseded")
    some_of(warehouse, "select * from interactions where rows_without_id > 0 and superseded > 0")


def test_truth_keys_are_unique_and_plain(warehouse):
    person = "profile_type, profile_id"
    message = f"organization_id, channel, {person}, journey_id, journey_run_id, journey_step_id, message_id, attempt"
    for table, grain in (
        ("steps", f"organization_id, journey_id, journey_run_id, journey_step_id, {person}"),
        ("runs", f"organization_id, journey_id, journey_run_id, entry_attempt, {person}"),
        ("messages", message),
        ("blocks", message),
    ):
        none_of(warehouse, f"select {grain} from {table} group by all having count(*) > 1")
        none_of(warehouse, f"select * from {table} where not regexp_full_match(organization_id, '[0-9a-f-]{{36}}')")


def test_truth_of_steps_follows_the_lifecycle(warehouse):
    none_of(warehouse, "select * from steps where least(processed_at, dropped_off_at, failed_at) < entered_at")
    none_of(warehouse, "select * from steps where (step_outcome = 'processed') != (processed_at is not null)")
    none_of(warehouse, "select * from steps where step_outcome = 'failed' and failed_at is null")
    none_of(warehouse, "select * from steps where step_outcome = 'dropped_off' and dropped_off_at is null")
    none_of(warehouse, "select * from steps where step_outcome = 'postponed' and postponements <= resumptions")
    none_of(warehouse, "select * from steps where dwell_seconds < 0 or last_event_at < entered_at")
    for outcome in ("processed", "failed", "dropped_off", "postponed", "in_progress"):
        some_of(warehouse, f"select * from steps where step_outcome = '{outcome}'")
    some_of(warehouse, "select * from steps where processed_at is not null and dropped_off_at is not null")
    some_of(warehouse, "select * from steps where entered_at is null")
    some_of(warehouse, "select * from steps where journey_engine = 'outbound' and step_outcome = 'dropped_off'")


def test_truth_of_runs_knows_every_outcome(warehouse):
    none_of(warehouse, "select * from runs where (entry_outcome = 'entered') != (run_outcome is not null)")
    none_of(warehouse, "select * from runs where steps_processed > steps_entered + 1 or duration_seconds < 0")
    for outcome in ("dropped_before_entry", "failed", "unresolved", "pending"):
        some_of(warehouse, f"select * from runs where entry_outcome = '{outcome}'")
    outcomes = warehouse.execute("select count(distinct run_outcome) from runs").fetchone()
    assert outcomes == (7,)
    some_of(
        warehouse,
        "select * from runs where run_outcome = 'completed' and steps_entered = 0",  # a journey that logs no steps
    )


def test_truth_of_messages_and_blocks_fits_together(warehouse):
    none_of(warehouse, "select * from messages where was_consent_blocked and block_category != 'consent'")
    none_of(warehouse, "select * from messages where was_bounced != (bounced_at is not null)")
    none_of(warehouse, "select * from blocks where is_consent_block != (consent_reason is not null)")
    none_of(warehouse, "select * from blocks where channel = 'push' and is_consent_block")
    key = "channel, profile_id, journey_id, journey_run_id, journey_step_id, message_id, blocked_at, block_category"
    for one, other in (("messages where was_blocked", "blocks"), ("blocks where channel != 'none'", "messages")):
        none_of(warehouse, f"select {key} from {one} except select {key} from {other}")
    some_of(warehouse, "select * from blocks where was_later_sent")
    some_of(warehouse, "select * from messages where was_opened and not was_sent and not was_delivered")
    some_of(warehouse, "select * from messages where was_sent and not was_delivered and was_bounced")
    some_of(warehouse, "select * from blocks where interaction_type = 'EmailBlocked' and not is_consent_block")
    some_of(warehouse, "select * from blocks where channel = 'none' and interaction_type = 'ActivityContactBlocked'")
    reasons = {reason for (reason,) in warehouse.execute("select distinct consent_reason from blocks").fetchall()}
    assert reasons == {
        None, "consent_not_given", "unsubscribed", "do_not_contact", "external_provider", "below_consent_level",
    }  # fmt: skip


def test_truth_of_outcomes_follows_the_messages(warehouse):
    none_of(warehouse, "select * from goals where (message_id is null) != (channel is null)")
    some_of(warehouse, "select * from goals where message_id is null")
    message = "organization_id, profile_id, journey_id, journey_run_id, journey_step_id, message_id, channel"
    clicked = f"select {message} from messages where was_clicked"
    none_of(warehouse, f"select {message} from goals where message_id is not null except {clicked}")
    delivered = "select profile_id, message_id, delivered_at from messages where was_delivered"
    none_of(
        warehouse,
        # A conversion may owe to mails that its person got as another record.
        f"select message_id, touched_at from conversions where touches > 0 except (select message_id, delivered_at "
        f"from ({delivered}))",
    )
    none_of(
        warehouse,
        "select * from conversions where converted_at - touched_at not between interval 0 day and interval 30 day",
    )
    none_of(warehouse, "select * from conversions where profile_id is null and touches > 0")
    for touches in ("touches = 0 and profile_id is not null", "profile_id is null", "touches = 1", "touches > 2"):
        some_of(warehouse, f"select * from conversions where {touches}")
    for variant in ("= 'A'", "= 'B'", "is null"):
        some_of(warehouse, f"select * from experiments where selected_action_version {variant}")


def test_truth_of_consent_has_every_kind_of_story(warehouse):
    for change in (
        *("opted_in", "opted_out", "complained", "requested", "confirmed", "declined", "expired", "answered"),
        "subscription_submitted",
    ):
        some_of(warehouse, f"select * from consent_changes where change_type = '{change}'")
    some_of(warehouse, "select * from consent_changes where change_type = 'confirmed' and consent_status = 'opted_out'")
    for scope in ("purpose", "segment", "form", "all"):
        some_of(warehouse, f"select * from consent_status where consent_scope = '{scope}'")
    some_of(warehouse, "select * from consent_status where consent_status = 'pending' and not is_current")
    some_of(warehouse, "select * from consent_status where consent_status = 'opted_in' and not is_current")
    some_of(warehouse, "select * from consent_status where consent_status = 'opted_out' and not is_current")
    none_of(warehouse, "select * from consent_status where valid_from >= valid_to or is_current != (valid_to is null)")
    responses = "from consent_changes where interaction_type = 'ConfirmationResponse'"
    requests = "select confirmation_request_id from consent_changes where interaction_type = 'ConfirmationRequest'"
    some_of(warehouse, f"select * {responses} and confirmation_request_id in ({requests})")
    some_of(warehouse, f"select * {responses} and confirmation_request_id not in ({requests})")


def test_truth_of_records_and_iterations_is_told_in_part(warehouse):
    for change in ("created", "updated", "score_boosted"):
        some_of(warehouse, f"select * from record_changes where change_type = '{change}'")
    some_of(warehouse, "select * from record_changes where change_status = 'Failed' and reason is not null")
    iterations = "from steps where journey_engine = 'outbound' and journey_run_id"
    some_of(warehouse, f"select * {iterations} in (select journey_run_id from iteration_starts)")
    some_of(warehouse, f"select * {iterations} not in (select journey_run_id from iteration_starts)")


# Bad input


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--out", "x", "--rows", "0"],
        ["--out", "x", "--rows", "many"],
        ["--out", "x", "--format", "excel"],
        ["--out", "x", "--us-dates"],
        ["--out", "x", "--format", "delta", "--layout", "file"],
        ["--out", "x", "--drop-columns", "1.5"],
        ["--out", "x", "--workers", "0"],
        ["--out", "x", "--format", "delta", "--layout", "outbound"],
        ["--out", "x", "--generation", "2.0"],
        ["--out", "x", "--generation", "1.0", "--truth", "y"],
        ["--out", "x", "--generation", "1.0", "--drop-columns", "0.2"],
        ["--out", "x", "--generation", "both", "--layout", "file"],
        ["--out", "x", "--generation", "1.0", "--as-known-to", "1.0"],
        ["--out", "x", "--as-known-to", "1.1"],
        ["--seeds", "x", "--layout", "nested"],
        ["--seeds", "x", "--generation", "1.0"],
        ["--seeds", "x", "--added-columns"],
        ["--seeds", "x", "--out", "y"],
    ],
    ids=" ".join,
)
def test_bad_arguments_get_one_line(arguments, capsys):
    assert simulate.main(arguments) != 0
    message = capsys.readouterr().err
    assert message.startswith("simulate.py: ")
    assert message.count("\n") == 1


def test_an_existing_folder_is_left_alone(tmp_path):
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "mine.txt").write_text("keep me")
    command = [sys.executable, ROOT / "scripts" / "simulate.py", "--out", tmp_path / "export", "--rows", "10"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "not an empty folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in (tmp_path / "export").iterdir()] == ["mine.txt"]


# Names


def test_names_have_what_real_tables_of_dataverse_have(sample):
    folder, truth = sample[0].parent / "dataverse", sample[1]
    with duckdb.connect() as connection:
        for path in (*folder.glob("*.csv"), *truth.glob("*.parquet")):
            connection.execute(f"create view {'truth_' * (path.suffix != '.csv')}{path.stem} as from '{path}'")
        # records with several rows, deletions that name the id alone, records without a name, renamed ones
        some_of(connection, "select Id from msdynmkt_journey group by all having count(distinct msdynmkt_name) > 1")
        some_of(connection, "from msdynmkt_journey where IsDelete and msdynmkt_journeyid is null and Id is not null")
        some_of(connection, "from truth_names where record_type = 'message' and is_deleted")
        # chains of merges, circles of them, and masters that are denied
        some_of(connection, "select profile_id from truth_merged_profiles group by all having count(*) > 1")
        connection.execute("create view linked as select lower(trim(ContactId, '{}')) as id, masterid from contact")
        some_of(
            connection,
            "from linked as one inner join linked as two on one.masterid = two.id "
            "inner join linked as three on two.masterid = three.id and three.masterid = one.id",
        )
        some_of(connection, "from contact where masterid is not null and not merged")
        # the truth names the record that was addressed, and by its key who that is today
        for table in ("steps", "runs", "messages", "web"):
            some_of(
                connection,
                f"select profile_key from truth_{table} group by all having count(distinct profile_id) > 1",
            )


def test_events_name_the_record_of_their_time(sample, sample_rows):
    merged = set(pq.read_table(sample[1] / "merged_profiles.parquet")["merged_profile_id"].to_pylist())
    rows = [row for table in sample_rows.values() for row in table if "ProfileId" in row]
    named = {row["ProfileId"].strip(" {}").lower() for row in rows}
    assert len(named & merged) > len(merged) / 2
    assert all(
        row["ContactId"].strip(" {}").lower() in ("", row["ProfileId"].strip(" {}").lower())
        for row in rows
        if row["ProfileId"] and row.get("ContactId")
    )


def test_without_names_nobody_is_merged(tmp_path):
    simulated("--out", tmp_path / "export", "--rows", SMALL, "--truth", tmp_path / "truth")
    assert not (tmp_path / "export" / "contact").exists()
    for table in ("names", "profiles", "merged_profiles", "contact_point_consents"):
        assert pq.read_metadata(tmp_path / "truth" / f"{table}.parquet").num_rows == 0
