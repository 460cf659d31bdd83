"""People who are erased after their rows were loaded: nothing of them stays, nor comes back with a later load."""

import hashlib
import os
import shutil

import duckdb
import pytest

from cij.pii_key import key_of
from test_passthrough_columns import ASKED
from warehouse import Project, empty, rows

ANN, BOB, CY, DAN, EVE = (f"0000000{letter}-0000-4000-8000-00000000000{letter}" for letter in "abcde")
EVENT = "IdempotencyId,ProfileType,ProfileId,JourneyRunId"
CONTACTS = "contactid,fullname,masterid,merged,donotemail\n"
ANNS = f"{{{ANN.upper()}}},Ann Secretly,,,true\n"
CYS = f"{CY},Cy Secretly,{ANN},true,true\n"
BOBS = f"{BOB},Bob Stays,,,false\n"
NOBODY = "profile_type,profile_id\nLead,nobody\n"
# By load. The last row of each file is damaged, so that the others are saved into a table.
LOADS = (
    {
        "contact": CONTACTS + ANNS + BOBS + CYS + f"{DAN},Dan Secretly,{BOB},true,\ndamaged\n",
        "msdynmkt_contactpointconsent4": "msdynmkt_contactpointconsent4id,msdynmkt_contactpointvalue\n"
        "c-1,ann.secretly@example.com\nc-2,+1 555 010 0001\nc-3,bob.stays@example.com\ndamaged\n",
        "WebsiteVisited": f"{EVENT},VisitorId\n"
        f"1,Contact,{ANN},run,ann-visits\n2,Contact,{BOB},run,bob-visits\ndamaged\n",
        "FormSubmitted": f"{EVENT},VisitorId,EmailAddressUsed,ContactId,new_referrer\n"
        f"1,Contact,{CY},run,cy-visits,ann.secretly@example.com,{CY},\n2,Contact,{BOB},run,bob-visits,,,{{{ANN.upper()}}}\n"
        f"3,Contact,{DAN},run,,,,\ndamaged\n",
        "SmsSent": f"{EVENT},RecipientPhoneNumber\n1,Contact,{ANN},run,+1 555 010 0001\n",
    },
    {"ContactDeleted": f"IdempotencyId,DeletedContactId\n1,{DAN}\ndamaged\n"},
    {
        "contact": CONTACTS + ANNS + BOBS + CYS + f"{EVE},Eve Secretly,{ANN},true,\ndamaged\n",
        "msdynmkt_contactpointconsent4": "msdynmkt_contactpointconsent4id,msdynmkt_contactpointvalue\n"
        "c-1,ann.secretly@example.com\nc-4,Ann.Secretly@example.com\n",
        "WebsiteVisited": f"{EVENT},VisitorId\n"
        f"3,Contact,{EVE},run,eve-visits\n4,Contact,{ANN},run,ann-visits\ndamaged\n",
    },
)
VISITORS = ("ann-visits", "cy-visits", "eve-visits")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return the project after three loads: Ann, and Cy who was merged into her, are asked for with the second one."""
    scratch = tmp_path_factory.mktemp("erasure")
    project = Project(
        scratch, scratch / "export", max_rejected_share=1, erase_deleted_people=True, erasure_path="environment",
        passthrough_columns=ASKED,
    )  # fmt: skip
    empty(project.raw)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CIJ_ERASURE_PATH", str(scratch / "requests.csv"))
        for number, load in enumerate(LOADS, 1):
            asked = f"Contact,{ANN}\n" if number == 2 else ""
            (scratch / "requests.csv").write_text(NOBODY + asked, encoding="utf-8")
            for table, text in load.items():
                (project.raw / table).mkdir(exist_ok=True)
                (project.raw / table / f"{number}.csv").write_text(text, encoding="utf-8")
            left_out = ("unit_test", "test") if number == 1 else ("unit_test", "test", "seed")
            excluded = [option for kind in left_out for option in ("--exclude-resource-type", kind)]
            project.run("build", "--select", "+int_dataverse__consents", "+int_deletion__interactions", *excluded)
            shutil.copy(project.database, scratch / f"{number}.duckdb")
    return project


def places(database, words: list[str]) -> set[tuple[str, str]]:
    """Return the tables that hold one of some words, in lower case, and the words."""
    found = set()
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in connection.execute(
            "select schema_name || '.\"' || table_name || '\"' from duckdb_tables()"
        ).fetchall():
            text = str(connection.execute(f"from {table[0]}").fetchall()).lower()
            found |= {(table[0], word) for word in words if word in text}
    return found


def keyed_hash(value: str) -> str:
    """Return the hash of a value."""
    return hashlib.sha256(f"{key_of(os.environ['CIJ_PII_SECRET'])}{value}".encode()).hexdigest()[:32]


@pytest.mark.parametrize("load", [2, 3])
def test_nothing_of_them_stays_or_comes_back(project, load):
    personal = [ANN, CY, DAN, EVE, "secretly", "010 0001", *VISITORS]
    hashes = [keyed_hash(value) for value in (*VISITORS, "ann.secretly@example.com", "+1 555 010 0001")]
    assert {word for _, word in places(project.scratch / "1.duckdb", personal)} >= {
        ANN,
        CY,
        DAN,
        "secretly",
        "010 0001",
    }
    assert places(project.scratch / f"{load}.duckdb", personal + hashes) == set()
    staying = places(
        project.scratch / f"{load}.duckdb", [BOB, "bob stays", "bob.stays@example.com", keyed_hash("bob-visits")]
    )
    assert {word for _, word in staying} == {BOB, "bob stays", "bob.stays@example.com", keyed_hash("bob-visits")}


def test_their_rows_stay_under_pseudonyms(project):
    ann, cy, dan, eve = (f"erased-{keyed_hash(id_)}" for id_ in (ANN, CY, DAN, EVE))
    visits = "select idempotency_id, profile_id, visitor_id from intermediate.int_web__interactions order by all"
    assert [tuple(row.values()) for row in rows(project.database, visits)] == [
        ("1", ann, ann), ("2", BOB, keyed_hash("bob-visits")), ("3", eve, eve), ("4", ann, ann),
    ]  # fmt: skip
    # A row that only names an erased person is told to what is built on it, too.
    forms = "select profile_id, new_referrer, load_number from intermediate.int_form__interactions"
    assert {tuple(row.values()) for row in rows(project.database, forms)} == {
        (dan, None, 2), (BOB, ann, 2), (cy, None, 2),
    }  # fmt: skip


def test_records_that_come_again_do_not_pile_up(project):
    contacts = rows(
        project.database, "select contact_id, is_do_not_email from staging.stg_dataverse__contact order by all"
    )
    pseudonyms = sorted(f"erased-{keyed_hash(id_)}" for id_ in (ANN, CY, DAN, EVE))
    assert [tuple(row.values()) for row in contacts] == [(BOB, False), *((id_, None) for id_ in pseudonyms)]
    consents = (
        "select contact_point_consent_id as id, contact_point_key as key from intermediate.int_dataverse__consents"
    )
    keys = {row["id"]: row["key"] for row in rows(project.database, consents)}
    assert keys["c-1"] == keys["c-4"] == f"erased-{keyed_hash(keyed_hash('ann.secretly@example.com'))}"
    assert keys["c-2"].startswith("erased-")
    assert keys["c-3"] == keyed_hash("bob.stays@example.com")


def test_whoever_is_merged_into_an_erased_person_later_is_erased(project):
    erased = rows(project.database, "select pseudonym, load_number from intermediate.int_erased__profiles order by all")
    loads = {row["pseudonym"]: row["load_number"] for row in erased}
    assert {id_: loads.get(f"erased-{keyed_hash(id_)}") for id_ in (ANN, BOB, CY, DAN, EVE)} == {
        ANN: 2, BOB: None, CY: 2, DAN: 2, EVE: 3,
    }  # fmt: skip
