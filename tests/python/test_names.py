"""Tables of Dataverse beside the interactions: any shape of them loads, merged people are one, and history stays."""

import hashlib
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from cij.pii_key import key_of
from cij.publishing.history import take_over_history
from warehouse import PROJECT, WHAT_WAS_BUILT, Project, empty, rows

HISTORY = ("build", "--select", "+journey_history", "+message_history", *WHAT_WAS_BUILT)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return the project over an export's folder, to be filled by each test."""
    scratch = tmp_path_factory.mktemp("names")
    return Project(scratch, scratch / "export")


def fill(project: Project, **files: str) -> None:
    """Put an export of CSV files into the project's folder, and forget the warehouse."""
    folder = empty(project.raw)
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    project.database.unlink(missing_ok=True)


# Tables in any shape


def test_records_load_from_odd_columns_and_from_part_of_the_tables(project):
    fill(
        project,
        # both ids, one of them empty where a deletion leaves it so; other letter case, another order, columns unknown
        MSDYNMKT_Journey="Unknown,MSDYNMKT_NAME,Id,isdelete,msdynmkt_journeyid,StateCode,sinkmodifiedon\n"
        "x,Old,{ab-1},False,{ab-1},0,1/2/2025 9:00:00 AM\n"
        "x,Welcome,ab-1,,ab-1,1.0,1/3/2025 9:00:00 AM\n"
        "x,,ab-1,True,,,1/4/2025 9:00:00 AM\n"
        "x,Other,ab-2,,,99,1/4/2025 9:00:00 AM\n",
        # the lookups as the Web API calls them, and neither state nor times
        msdynmkt_contactpointconsent4="_msdynmkt_purposeid_value,msdynmkt_contactpointvalue,msdynmkt_value,"
        "msdynmkt_contactpointtype,msdynmkt_contactpointconsent4id,msdynmkt_contactpointconsenttype\n"
        "p-1,Ann@Example.com,534120002,534120000,c-1,534120000\np-1,+12025550100,n/a,534120001,c-2,534120000\n",
        msdynmkt_purpose="msdynmkt_purposeid,msdynmkt_name,msdynmkt_enforcementmodel\np-1,Newsletter,534120000\n",
    )
    with duckdb.connect() as connection:
        email = "select 'm-1' as msdynmkt_emailid, 'Letter' as msdynmkt_name, 2::double as statuscode, true as new_flag"
        connection.execute(f"copy ({email}) to '{project.raw}/msdynmkt_email.parquet'")
    models = (
        "dim_contact_point_consents",
        *(f"int_dataverse__{name}" for name in ("journeys", "messages", "segments")),
    )
    project.run("build", "--select", *(f"+{model}" for model in models), *WHAT_WAS_BUILT)

    journeys = rows(project.database, "from intermediate.int_dataverse__journeys order by journey_id")
    assert [(row["journey_id"], row["journey_name"], row["journey_state"], row["is_deleted"]) for row in journeys] == [
        ("ab-1", "Welcome", "live", True),
        ("ab-2", "Other", None, False),
    ]
    assert journeys[0]["changed_at"] == datetime(2025, 1, 4, 9)
    (message,) = rows(project.database, "from intermediate.int_dataverse__messages")
    assert (message["message_id"], message["message_name"], message["message_status"]) == (
        "m-1",
        "Letter",
        "ready_to_send",
    )
    consents = rows(project.database, "from marts.dim_contact_point_consents order by contact_point_consent_id")
    assert [
        (row["purpose_name"], row["contact_point_type"], row["enforcement_model"], row["consent_status"])
        for row in consents
    ] == [("Newsletter", "email", "restrictive", "opted_out"), ("Newsletter", "sms", "restrictive", None)]
    key = key_of(os.environ["CIJ_PII_SECRET"])
    assert consents[0]["contact_point_key"] == hashlib.sha256(f"{key}ann@example.com".encode()).hexdigest()[:32]
    assert rows(project.database, "from intermediate.int_dataverse__segments") == []


def test_a_table_of_which_no_column_is_known_stops_the_build(project):
    fill(project, SmsSent="IdempotencyId\n1\n", contact="a;b;c\n1;2;3\n")
    result = subprocess.run(
        [sys.executable, PROJECT / "scripts" / "build.py", "--raw", project.raw, "--db", project.database],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 2
    assert result.stderr.startswith("error: ")
    assert "contact.csv: no column of contact" in result.stderr
    assert not project.database.exists()


# Merged people

EVENTS = (
    "IdempotencyId,ProfileType,ProfileId,ContactId,LeadId\n"
    "1,Contact,{a},,\n2,Contact,b,,\n3,CONTACT,c,,\n4,Lead,a,,\n5,CI Profile,a,,\n6,,,a,\n7,,,,a\n"
    "8,Contact,ring,,\n9,Contact,denied,,\n10,,a,,\n"
)


def test_events_keep_the_merged_person_whom_they_address(project):
    fill(
        project,
        FormSubmitted=EVENTS,
        contact="CONTACTID,MasterId,Merged\na,b,true\nb,{c},1\nc,,\nring,ring2,true\nring2,ring,true\ndenied,c,no\n",
        lead="leadid,_masterid_value\na,z\n",
    )
    project.run("build", "--select", "+int_form__interactions", *WHAT_WAS_BUILT)
    found = rows(project.database, "from intermediate.int_form__interactions")
    assert {int(row["idempotency_id"]): (row["profile_type"], row["profile_id"]) for row in found} == {
        1: ("contact", "a"), 2: ("contact", "b"), 3: ("contact", "c"), 4: ("lead", "a"), 5: ("profile", "a"),
        6: ("contact", "a"), 7: ("lead", "a"), 8: ("contact", "ring"), 9: ("contact", "denied"), 10: (None, "a"),
    }  # fmt: skip


@pytest.mark.parametrize("model", ["int_form__interactions", "stg_cij__form_submitted", "source_coverage"])
def test_a_model_compiles_before_anything_is_built(project, model):
    fill(project, FormSubmitted=EVENTS)
    code = {result.node.name: result.node.compiled_code for result in project.run("compile", "--select", model)}
    assert "form_submitted" in code[model].lower().replace("formsubmitted", "form_submitted")


# History


def journeys(name: str, modified: str) -> str:
    """Return the table of two journeys, the first of which has this name since then."""
    return (
        "msdynmkt_journeyid,msdynmkt_name,statecode,modifiedon\n"
        f"j-1,{name},1,{modified}\nj-2,Same,1,2025-01-01T00:00:00Z\n"
    )


@pytest.mark.long
def test_history_outlives_builds_renames_and_missing_tables(project, tmp_path, monkeypatch):
    before = tmp_path / "before.duckdb"
    expected = [("Spring", datetime(2025, 1, 1), None)]
    for export, then in (
        ({"msdynmkt_journey": journeys("Spring", "2025-01-01T00:00:00Z")}, expected),
        ({"msdynmkt_journey": journeys("Spring", "2025-02-01T00:00:00Z")}, expected),  # something else changed
        (
            {"msdynmkt_journey": journeys("Summer", "2025-03-01T00:00:00Z")},
            [("Spring", datetime(2025, 1, 1), datetime(2025, 3, 1)), ("Summer", datetime(2025, 3, 1), None)],
        ),
        ({}, [("Spring", datetime(2025, 1, 1), datetime(2025, 3, 1)), ("Summer", datetime(2025, 3, 1), None)]),
    ):
        fill(project, SmsSent="IdempotencyId\n1\n", **export)
        take_over_history(before, project.database)
        project.run(*HISTORY)
        assert history(project.database, "j-1") == then
        assert history(project.database, "j-2") == [("Same", datetime(2025, 1, 1), None)]
        project.database.replace(before)

    # The whole build hands the history over by itself, and one that fails leaves it where it is.
    fill(project, SmsSent="IdempotencyId\n1\n", msdynmkt_journey=journeys("Autumn", "2025-09-01T00:00:00Z"))
    names = ["Spring", "Summer", "Autumn"]
    assert build(project.raw, before) == 0
    assert [name for name, *_ in history(before, "j-1")] == names
    (project.raw / "SmsSent.csv").write_text('a,b\n"never closed,1\n', encoding="utf-8")
    assert build(project.raw, before) == 2
    assert [name for name, *_ in history(before, "j-1")] == names


def history(database: Path, journey: str) -> list[tuple]:
    """Return the periods of a journey: name, from and to."""
    found = rows(database, f"from snapshots.journey_history where journey_id = '{journey}' order by dbt_valid_from")
    return [(row["journey_name"], row["dbt_valid_from"], row["dbt_valid_to"]) for row in found]


def build(export: Path, database: Path) -> int:
    """Build the whole warehouse as a user does. Returns the exit code."""
    command = [sys.executable, PROJECT / "scripts" / "build.py", "--raw", export, "--db", database]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CIJ_")}
    return subprocess.run(command, capture_output=True, env=environment, check=False).returncode
