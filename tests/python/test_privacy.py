"""Personal data: nothing of it in what is published unless the policy keeps it, and people that can be erased.

One export, built once under each policy and once with erased people.
"""

import contextlib
import csv
import functools
import hashlib
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import yaml

import simulate
from address_cases import LINKS, WITH_ADDRESS, WITHOUT_ADDRESS
from cij.checks.erasures import ErasureError, check_erasures
from cij.pii_key import key_of
from cij.publishing.history import take_over_history
from test_simulated_exports import connected, differences
from warehouse import PERSONAL, PROJECT, Project, rows

SECRET = hashlib.sha256(b"the secret of these tests").hexdigest()
POLICIES = ("hash", *(pytest.param(policy, marks=pytest.mark.long) for policy in ("mask", "drop")))
ORGANIZATION = "0f0f0f0f-0000-4000-8000-000000000001"
WHO = {"OrganizationId": ORGANIZATION, "ProfileType": "Contact", "ProfileId": "0f0f0f0f-0000-4000-8000-0000000000aa"}
# What real exports hold and the simulator doesn't write: addresses quoted in reasons, answers, keywords and links.
QUOTING = {
    "EmailBlocked": {
        "BlockedReason": "No mailbox quoted.reason@example.net at 192.0.2.77",
        "EmailAddressUsed": "x@y.example",
    },
    "EmailBounced": {
        "Details": "quoted.details@example.net: 2001:db8:7::77 said no",
        "BounceReason": "550 <bounces+7-quoted.verp=example.com@c.example>",
    },
    "SmsNotSent": {"BlockedReason": "Number +1 (202) 555-0177 is not a mobile", "RecipientPhoneNumber": "+12025550177"},
    "ActionEventDropoff": {"Reason": "Nobody has 0044 20 7946 0177", "ReasonDetail": "see quoted.step@example.net"},
    "JourneyEventPreEntryDropoff": {
        "Reason": "quoted.run@example.net is unknown",
        "ReasonDetail": "/o=ExchangeLabs/ou=Group (G)/cn=Recipients/cn=quoted.exchange was not found",
    },
    "SmsReceived": {"Text": "STOP writing to stop.me@example.net", "UserContactPoint": "+12025550178"},
    "CustomReceived": {"Message": "it is Ottokar Unverwechselbar", "Sender": "+12025550179"},
    "CustomerVoiceQuestionResponseSubmitted": {"Response": "I am Ottokar Unverwechselbar", "SurveyId": "s"},
    "FormsProSurveyQuestionAnswered": {"QuestionResponse": "2025550180", "SurveyId": "s"},
    "WebsiteVisited": {
        "PageAddress": "https://www.example.com/u/quoted.page@example.net/quoted.twice%2540example.net"
        "?mail=quoted%40example.net&utm_source=x"
    },
    "VoiceCallAttempted": {"Outcome": '{"said": "Ottokar Unverwechselbar"}', "RecipientPhoneNumber": "+12025550181"},
}
# What differs beside PERSONAL where reasons quote addresses, and keys that are made of what a policy changes.
QUOTED = {
    "block_reason_key", "consent_key", "consent_status_key", "contact_permission_key", "contact_point_person_key",
    "drop_off_reason", "drop_off_reason_detail", "exit_reason", "exit_reason_detail", "journey_exits_key",
    "journey_outcomes_daily_key", "journey_step_outcomes_daily_key", "organization_contact_point_key", "page",
    "raw_reason", "raw_value", "reason", "reference_value", "top_drop_off_reason", "web_daily_key",
}  # fmt: skip
# What moves with the clock.
AGES = {"hours_since_last_event", "is_stale"}
# Kinds of which a mart shows something where it is kept; the others go no further than the family tables.
SHOWN = {"email", "name", "free_text", "answer", "device", "url", "report"}


# Marks

EXCEPTED = {
    "action_name": "what the journey was told to do",
    "audience_name": "a table",
    "bot_detection_reason": "a word of the product",
    "business_unit_name": "part of the tenant",
    "channel_message_id": "the design's",
    "city": "as coarse as a country; the postal code is marked",
    "contact_point_consent_id": "an id",
    "conversion_event_definition_name": "given by the marketer",
    "device_brand": "shared by millions",
    "device_model": "shared by millions",
    "device_type": "shared by millions",
    "device_type_id": "a code",
    "email_client_id": "a code",
    "email_domain": "the sender's",
    "form_name": "given by the marketer",
    "jotunn_survey_link_identifier": "the survey's",
    "journey_name": "given by the marketer",
    "link_friendly_name": "given by the marketer",
    "link_id": "an id",
    "link_name": "given by the marketer",
    "link_text": "the email's own",
    "linkedin_campaign_id": "an id",
    "linkedin_form_id": "an id",
    "message_id": "the design's",
    "message_name": "given by the marketer",
    "message_subject": "as designed, with placeholders",
    "message_template_version": "the design's",
    "message_variation_indexes": "the design's",
    "message_variation_name": "the design's",
    "original_content_link": "as designed, the same for everybody",
    "original_link": "as designed, the same for everybody",
    "original_url": "as designed, the same for everybody",
    "page_id": "an id",
    "phone_provider_type": "a company",
    "purpose_name": "given by the marketer",
    "request_object_name": "given by the marketer",
    "response_type": "a word of the product",
    "search_engine_name": "a company",
    "secondary_recipient_profile_id": "an id, erased like profile_id",
    "segment_name": "given by the marketer",
    "source_entity_name": "a table",
    "state": "as coarse as a country; the postal code is marked",
    "survey_name": "given by the marketer",
    "survey_question_name": "the question",
    "survey_question_response_id": "an id",
    "survey_response_id": "an id",
    "topic_name": "given by the marketer",
    "user_agent": "of software: only automated clicks have it",
    "visitor_anonymous_status": "a word of the product",
    "visitor_returning_status": "a word of the product",
}
SMELL = re.compile(
    r"mail|phone|address|contact_point|^ip_|name|ur[il]$|link|text|message|respon|values|fields|detail|reason|"
    r"device|visitor|agent|recipient|sender|phrase|city|^state|postal|properties|outcome|page_|result$|note|comment"
)
# An e-mail address, a phone number, a network address, the address of a page with parameters.
VALUES = (
    r"[^@\s]+@[^@\s]+[.][a-z]+", r"[+][0-9]{7,}", r"[0-9]{1,3}([.][0-9]{1,3}){3}", r"https?://.*[?].*",
)  # fmt: skip


@functools.cache
def staged_columns() -> list[tuple[str, str, str | None]]:
    """Return view, column and kind of personal data for every staged column of text."""
    found = []
    for file in PROJECT.glob("models/staging/**/*.yml"):
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]:
            for column in model["columns"]:
                if column["data_type"] == "varchar":
                    kind = column.get("config", {}).get("meta", {}).get("pii")
                    found.append((model["name"], column["name"], kind))
    return found


def test_a_column_that_smells_of_personal_data_is_marked_or_excepted():
    kinds: dict[str, set] = {}
    for _, column, kind in staged_columns():
        kinds.setdefault(column, set()).add(kind)
    assert {column: found for column, found in kinds.items() if len(found) > 1} == {}, "marked here, but not there"
    unmarked = {column for column, found in kinds.items() if found == {None}}
    assert {column for column in unmarked if SMELL.search(column)} == set(EXCEPTED)


def test_no_unmarked_column_of_the_source_holds_an_address_or_a_number(builds):
    held = []
    with duckdb.connect(str(builds.of("keep")), read_only=True) as connection:
        for view, columns in columns_by_view(
            lambda column, kind: not kind and not column.startswith("original_")
        ).items():
            found = [f"bool_or(regexp_full_match({column}, '{'|'.join(VALUES)}', 'i'))" for column in columns]
            answers = connection.execute(f"select {', '.join(found)} from staging.{view}").fetchone()
            held += [(view, column) for column, answer in zip(columns, answers, strict=True) if answer]
    assert held == []


def columns_by_view(wanted) -> dict[str, dict[str, str | None]]:
    """Return the kinds of the staged columns that a condition wants (of column and kind), by view and column."""
    views: dict[str, dict] = {}
    for view, column, kind in staged_columns():
        if wanted(column, kind):
            views.setdefault(view, {})[column] = kind
    return views


# Builds


class Builds:
    """Builds the export under each policy when it is first asked for, and keeps the warehouse."""

    def __init__(self, scratch: Path) -> None:
        self.project = Project(scratch, scratch / "export", profile_names=True, max_rejected_share=1)
        self.kept: dict[str, Path] = {}
        self.warned: dict[str, dict[str, int]] = {}  # by build, then by dbt test: how many rows it warns of
        names = ("--names", "--rows", "4000", "--seed", "79")
        assert simulate.main(["--out", str(self.project.raw), *names, "--quiet"]) == 0
        for table, values in QUOTING.items():
            with (self.project.raw / table / "quoting.csv").open("w", encoding="utf-8", newline="") as file:
                event = WHO | {"IdempotencyId": table, "Timestamp": "2025-03-01T09:00:00Z"} | values
                # The last row is damaged, so that the others are saved into a table.
                csv.writer(file).writerows([event, event.values(), ["damaged"]])

    def of(self, name: str, **variables: object) -> Path:
        """Return the warehouse of this name, under the policy of this name or the given settings."""
        if name not in self.kept:
            before = dict(self.project.variables)
            self.project.variables |= variables or {"pii_policy": name}
            self.project.database.unlink(missing_ok=True)
            # Every dbt test where rows could be lost; the other builds differ from these in values only.
            tests = () if name in ("drop", "erased") else ("test",)
            excluded = [option for kind in ("unit_test", *tests) for option in ("--exclude-resource-type", kind)]
            results = self.project.run("build", *excluded)
            self.warned[name] = {r.node.name: r.failures for r in results if str(r.status) == "warn"}
            self.kept[name] = shutil.move(self.project.database, self.project.scratch / f"{name}.duckdb")
            self.project.variables = before
        return self.kept[name]


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """Return the builds of this module, with the secret in the environment."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CIJ_PII_SECRET", SECRET)
        yield Builds(tmp_path_factory.mktemp("privacy"))


# What is published


def published_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the names of all that is published, tables and views."""
    found = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('marts', 'ops') order by all"
    ).fetchall()
    assert len(found) > 50
    return [name for (name,) in found]


def published_text(database: Path) -> str:
    """Return every value of everything that is published, in lower case, one a line."""
    values: set[str] = set()
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in published_tables(connection):
            for column in connection.execute(f"describe {table}").fetchall():
                if column[0] != "source_file":  # the path of the test's own folder
                    query = f'select distinct lower(cast("{column[0]}" as varchar)) from {table}'
                    values |= {value for (value,) in connection.execute(query).fetchall() if value}
    return "\n".join(sorted(values))


@pytest.fixture(scope="module")
def personal_values(builds):
    """Return what the source holds of personal data, in lower case, by kind: what must be found nowhere."""
    found: dict[str, set[str]] = {}
    with duckdb.connect(str(builds.of("hash")), read_only=True) as connection:
        words = {word for (word,) in connection.execute("select lower(keyword) from reference.sms_keywords").fetchall()}
        for view, kinds in columns_by_view(lambda _, kind: kind).items():
            lists = ", ".join(f"list(distinct lower(trim({column})))" for column in kinds)
            values = connection.execute(f"select {lists} from staging.{view}").fetchone()
            for kind, of_column in zip(kinds.values(), values, strict=True):
                parts = (personal_parts(kind, value, words) for value in of_column or [] if value)
                found.setdefault(kind, set()).update(*parts)
    return found


def personal_parts(kind: str, value: str, keywords: set[str]) -> set[str]:
    """Return the parts of a value that are personal data."""
    if kind == "url":
        return set(re.findall(r"[?&](?!utm_)([^&#]*)", value)) | set(re.findall(r"[^/?&=\s]+(?:@|%2540)", value))
    if kind == "report":
        addresses = re.findall(r"[^\s<>]+@[^\s<>:]+", value) + re.findall(r"[0-9]+(?:[.][0-9]+){3}", value)
        return set(
            addresses
            + re.findall(r"[^\s+=-]+(?==[^\s@]+@)|(?<=/cn=)[^\s/]+[.][^\s/]+", value)
            + re.findall(r"[+0-9][0-9() -]{9,}[0-9]", value)
            + re.findall(r"[0-9a-f:]+:[0-9a-f:]+:[0-9a-f:]+", value)
        )
    if kind == "inbound_text":
        return {value} if len(value) > 6 and not set(re.findall(r"\w+", value)) <= keywords else set()
    if kind == "answer":
        return {value} if len(value) > 6 and value not in ("confirmed", "rejected", "declined") else set()
    return {value} if len(value) > (3 if kind == "name" else 4) else set()


def found_in(text: str, values: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return which of the values stand in a text: names and postal codes as words of their own, all else anywhere.

    Among that many keys some hold any five digits, and so does what stands before a decimal point.
    """
    words = set(re.findall(r"\d+[.]\d+|\w+", text))
    found = {}
    for kind, parts in values.items():
        found[kind] = {
            part
            for part in parts
            if (part in words if part.isdigit() or (kind == "name" and " " not in part) else part in text)
        }
    return {kind: parts for kind, parts in found.items() if parts}


@pytest.mark.parametrize("policy", POLICIES)
def test_no_personal_value_is_published(builds, personal_values, policy):
    assert {kind for kind, parts in personal_values.items() if len(parts) < 2} == set()
    assert found_in(published_text(builds.of(policy)), personal_values) == {}


def test_the_policy_keep_publishes_them(builds, personal_values):
    found = found_in(published_text(builds.of("keep")), personal_values)
    assert set(found) >= SHOWN
    assert {"quoted.reason@example.net", "192.0.2.77", "quoted.step@example.net"} <= found["report"]


@pytest.mark.parametrize(("policy", "shown"), [("hash", set()), ("keep", SHOWN)])
def test_no_byte_of_a_parquet_export_holds_one(builds, personal_values, tmp_path, policy, shown):
    with duckdb.connect(str(builds.of(policy)), read_only=True) as connection:
        for table in published_tables(connection):
            without_path = "columns(name -> name != 'source_file')"
            options = "(format parquet, compression uncompressed)"
            connection.execute(f"copy (select {without_path} from {table}) to '{tmp_path / table}' {options}")
    data = b"\n".join(path.read_bytes() for path in sorted(tmp_path.iterdir())).decode("latin-1").lower()
    # The bytes of numbers may spell a short name.
    values = {kind: {part for part in parts if len(part) > 6} for kind, parts in personal_values.items()}
    found = found_in(data, values)
    assert set(found) >= shown
    assert shown or found == {}


@pytest.mark.parametrize("policy", POLICIES)
def test_all_else_is_the_same_under_every_policy(builds, policy):
    with connected(kept=builds.of("keep"), other=builds.of(policy)) as connection:
        connection.execute("use kept")
        tables = published_tables(connection)
        for table in tables:
            shown = [name for name in connection.sql(f"from {table}").columns if name not in PERSONAL]
            columns = ", ".join(name for name in shown if name not in QUOTED | AGES)
            expected, found = (f"select {columns} from {name}.{table}" for name in ("kept", "other"))
            assert differences(connection, expected, found) == [], table


def test_what_marts_live_on_stays(builds):
    """A keyword, a number, a campaign and the words of a reason are no personal data."""
    database = builds.of("hash")
    (inbound,) = rows(
        database, f"from marts.fct_inbound_messages where profile_id = '{WHO['ProfileId']}' and channel = 'sms'"
    )
    assert (inbound["keyword"], inbound["is_keyword_only"], inbound["has_text"]) == ("STOP", False, True)
    (page,) = rows(database, f"from marts.fct_web_activity where profile_id = '{WHO['ProfileId']}'")
    assert page["page_url"] == "https://www.example.com/u/<email>/<email>?utm_source=x"
    reasons = {row["raw_reason"] for row in rows(database, "from marts.fct_message_blocks where raw_reason like '%<%'")}
    assert reasons == {"No mailbox <email> at <ip>", "Number <number> is not a mobile"}
    (step,) = rows(database, f"from marts.fct_journey_steps where profile_id = '{WHO['ProfileId']}'")
    assert (step["drop_off_reason"], step["drop_off_reason_detail"]) == ("Nobody has <number>", "see <email>")


CASES = [
    *[("report", text, shown) for text, shown in WITH_ADDRESS.items()],
    *[("report", text, text) for text in WITHOUT_ADDRESS],
    *[("url", text, shown) for text, shown in LINKS.items()],
    ("inbound_text", "info@x.example: no", {"mask": "xxxx@x.xxxxxxx: xx", "drop": "x x"}),
    ("inbound_text", "'help%2540x.example", {"mask": "'xxxx%9999x.xxxxxxx", "drop": "x x"}),
    ("inbound_text", "stop, ann@x.example", {"mask": "STOP xxxx, xxx@x.xxxxxxx", "drop": "STOP x x"}),
    ("name", "ⓙⓞⓗⓝ 1", {"mask": "xxxx 9", "drop": None}),
    ("email", " Ann.B@Example.com ", {"mask": " xxx.x@xxxxxxx.xxx ", "drop": None}),
    ("phone", "+49 170 1234567", {"mask": "+99 999 9999999", "drop": None}),
    ("name", "Zoë", {"mask": "xxx", "drop": None}),
    ("inbound_text", " stop! ", {"hash": "STOP", "mask": "STOP", "drop": "STOP"}),
    ("inbound_text", "Stop it, Ann", {"mask": "STOP xxxx xx, xxx", "drop": "STOP x x"}),
    ("inbound_text", "stopping", {"mask": "xxxxxxxx", "drop": "x x"}),
    ("inbound_text", "?", {"mask": "?", "drop": "x x"}),
    ("answer", " Yes ", {"hash": " Yes ", "mask": " Yes ", "drop": " Yes "}),
    ("answer", "-7.5", {"hash": "-7.5", "mask": "-7.5", "drop": "-7.5"}),
    ("answer", "12345", {"mask": "99999", "drop": None}),
    ("answer", "yes, Ann", {"mask": "xxx, xxx", "drop": None}),
    ("url", "https://x.example/a%20b?UTM_Source=s&id=7&utm_term=a%40b.example#utm_x=1", "https://x.example/a%20b?UTM_Source=s&utm_term=<email>"),
    ("url", "https://x.example/a?id=7#top", "https://x.example/a"),
    ("url", "https://x.example/a", "https://x.example/a"),
    ("report", "550 5.1.1 <ann@x.example> unknown", "550 5.1.1 <<email>> unknown"),
    ("report", "22:00-07:00 local time, code 429", "22:00-07:00 local time, code 429"),
    ("report", "10.0.0.1 or fe80::1:2:3; (030) 901820-12", "<ip> or <ip>; (<number>"),
    ("report", "ConsentNotGiven", "ConsentNotGiven"),
]  # fmt: skip


def test_what_each_policy_makes_of_each_kind(builds):
    parts = [
        f"{{{{ protected('value', '{kind}', '{policy}') }}}} as {kind}_{policy}"
        for kind in {kind for kind, _, _ in CASES} for policy in ("hash", "mask", "drop", "keep")
    ]  # fmt: skip
    inline = f"select value, {', '.join(parts)} from (select unnest($1::varchar[]) as value)"
    (compiled,) = builds.project.run("compile", "--inline", inline)
    with connected(warehouse=builds.of("hash")) as connection:
        connection.execute("use warehouse")
        connection.execute("set variable cij_pii_key = 'key'")
        query = compiled.node.compiled_code.replace('"warehouse"."reference"', "reference")
        # All at once: to plan such a query takes longer than to run it.
        cursor = connection.execute(query, [sorted({value for _, value, _ in CASES})])
        names = [column[0] for column in cursor.description]
        shown = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
    for kind, value, expected in CASES:
        found = shown[value]
        if isinstance(expected, str):
            expected = dict.fromkeys(("hash", "mask", "drop"), expected)
        hashed = hashlib.sha256(b"key" + value.strip().lower().encode()).hexdigest()[:32]
        if kind == "inbound_text" and value.lower().startswith(("stop it", "stop, ")):
            hashed = f"STOP {hashed}"
        expected = {"hash": hashed, "keep": value} | expected
        assert {policy: found[f"{kind}_{policy}"] for policy in expected} == expected, (kind, value)


# What is taken of an address where a mart lives on its domain, and which texts are shown as the key of a raw row.
DOMAINS = {
    " Ann@Example.COM ": "example.com", "Ann <ann@example.com>": "example.com", "ann@example.com (Ann)": "example.com",
    "ann@x.example;bob.lee": "x.example", "ann@x.example?cc=bob": "x.example", '"ann@home"@exämple.de': "exämple.de",
    "bounces+ann=example.com@esp.net": "esp.net", "ann@": None, "ann": None, "ann@[192.0.2.1]": None,
}  # fmt: skip
KEYS = {
    "0f0f0f0f-0000-4000-8000-0000000000AA": True, "{0f0f}": True, "sent_1:2.3/4|5~6": True, "YWJj+/==": True, "": True,
    "ann@x.example": False, "ann%40x.example": False, "ann=x.example": False, "ann&#64;x.example": False,
    "cn=Ann,ou=x": False, "Ann Lee": False, "Jörg": False,
}  # fmt: skip


def test_what_else_is_taken_of_a_value(builds):
    macros = "{{ email_domain_of('value') }}, {{ looks_like_key('value') }}"
    inline = f"select {macros} from (select cast($1 as varchar) as value)"
    (compiled,) = builds.project.run("compile", "--inline", inline)
    query = compiled.node.compiled_code
    with duckdb.connect() as connection:
        for number, cases in enumerate((DOMAINS, KEYS)):
            assert {value: connection.execute(query, [value]).fetchone()[number] for value in cases} == cases


# The key


def test_hashes_go_by_the_secret_and_by_nothing_else(builds, tmp_path, monkeypatch, request):
    policies = ("hash", "drop") if request.config.getoption("--long") else ("hash",)
    query = (
        "select distinct contact_point_key as key from marts.fct_consent_changes where contact_point_key is not null"
    )
    keys = {policy: {row["key"] for row in rows(builds.of(policy), query)} for policy in policies}
    assert all(found == keys["hash"] for found in keys.values())
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys["hash"])
    monkeypatch.setenv("CIJ_PII_SECRET", hashlib.sha256(b"another secret").hexdigest())
    builds.project.database.unlink(missing_ok=True)
    without_tests = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
    builds.project.run("build", "--select", "+int_dataverse__consents", *without_tests)
    query = "select distinct contact_point_key as key from intermediate.int_dataverse__consents"
    ours, others = (
        {row["key"] for row in rows(database, query)} for database in (builds.of("hash"), builds.project.database)
    )
    assert len(others) == len(ours) > 10
    assert others.isdisjoint(ours)


def test_consents_of_events_and_of_records_have_the_same_key(builds):
    query = (
        "select count(*) as matched from marts.dim_contact_point_consents "
        "where contact_point_key in (select contact_point_key from marts.dim_consent_status)"
    )
    matched = [rows(builds.of(policy), query)[0]["matched"] for policy in ("keep", "hash")]
    assert matched[0] > 0
    assert len(set(matched)) == 1


def test_the_secret_is_written_nowhere(builds, capfd):
    builds.of("hash")
    for path in builds.project.scratch.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert SECRET.encode() not in data, path
            assert key_of(SECRET).encode() not in data, path
    with contextlib.suppress(FileNotFoundError):
        assert SECRET not in (PROJECT / "logs" / "dbt.log").read_text(encoding="utf-8", errors="replace")
    assert rows(builds.of("hash"), "select * from information_schema.tables where table_name = 'pii_key'") == []


def test_plain_dbt_refuses_a_secret_that_could_be_guessed(builds, monkeypatch):
    monkeypatch.setenv("CIJ_PII_SECRET", "hunter2")
    with pytest.raises(AssertionError, match="CIJ_PII_SECRET: could be guessed") as refused:
        builds.project.run("run", "--select", "int_erased__profiles")
    assert "hunter2" not in str(refused.value)


def test_without_a_secret_a_warehouse_makes_its_own_key_and_hands_it_on(builds, tmp_path, monkeypatch):
    monkeypatch.delenv("CIJ_PII_SECRET")
    project = builds.project
    keys = []
    for before in ("", "before", ""):
        project.database.unlink(missing_ok=True)
        take_over_history(tmp_path / "before.duckdb" if before else None, project.database)
        project.run("run", "--select", "+int_erased__profiles")
        keys.append(rows(project.database, "from raw.pii_key")[0]["pii_key"])
        shutil.move(project.database, tmp_path / "before.duckdb")
    assert re.fullmatch("[A-Za-z0-9_-]{22}", keys[0])
    assert keys[0] == keys[1] != keys[2]
    # And takes up its own key where another load follows.
    shutil.move(tmp_path / "before.duckdb", project.database)
    project.run("run", "--select", "+int_erased__profiles")
    assert rows(project.database, "from raw.pii_key")[0]["pii_key"] == keys[2]


# Erasure

UNKNOWN = [("Contact", "nobody"), ("Lead", "nobody")]
EVERYBODY = """
    select profile_type, profile_id from marts.dim_profiles
    union select profile_type, profile_id from intermediate.int_dataverse__profiles
    union select 'contact', deleted_contact_id from staging.stg_cij__contact_deleted
    union select lower(deleted_entity_type), deleted_entity_id from staging.stg_cij__entity_deleted
    order by all
"""


@dataclass
class Erased:
    """A warehouse with erased people, and who they are."""

    database: Path
    people: list[tuple[str, str]]


@pytest.fixture(scope="module")
def erased(builds, tmp_path_factory):
    """Return a warehouse without the people that were deleted or asked for it: a few of every kind, merged ones too."""
    people = rows(
        builds.of("hash"),
        "select profile_type, profile_id from marts.dim_profiles where profile_type is not null "
        "qualify row_number() over (partition by profile_type order by interactions desc, profile_id) <= 3 "
        "union all from (select profile_type, merged_profile_id from marts.dim_merged_profiles order by all limit 2)",
    )
    path = tmp_path_factory.mktemp("erased") / "requests.csv"
    spelt = {"contact": "Contact", "lead": "LEAD", "profile": "CI Profile"}
    with path.open("w", encoding="utf-8", newline="") as file:
        listed = [(spelt[row["profile_type"]], "{" + row["profile_id"].upper() + "}") for row in people]
        quoted = (WHO["ProfileType"], WHO["ProfileId"])
        # That a CI Profile has the id doesn't make it a contact's.
        mistaken = next(("Contact", row["profile_id"]) for row in people if row["profile_type"] == "profile")
        csv.writer(file).writerows([("profile_type", "profile_id"), *listed, quoted, mistaken, *UNKNOWN])
    database = builds.of("erased", erase_deleted_people=True, erasure_path=str(path))
    found = {
        (row["profile_type"], row["pseudonym"]) for row in rows(database, "from intermediate.int_erased__profiles")
    }
    everybody = rows(builds.of("hash"), EVERYBODY)
    erased = [
        (kind, id_) for row in everybody if (kind := row["profile_type"], pseudonym(id_ := row["profile_id"])) in found
    ]
    assert len(erased) == len(found) - len(UNKNOWN) - 1 > len(people) >= 9
    return Erased(database, erased)


def pseudonym(value: str) -> str:
    """Return what stands for an erased person's id."""
    return f"erased-{keyed_hash(value)}"


def keyed_hash(value: str) -> str:
    """Return the hash of a value, with the secret of these tests."""
    return hashlib.sha256(f"{key_of(SECRET)}{value.strip().lower()}".encode()).hexdigest()[:32]


def private_text(database: Path) -> str:
    """Return every value of every table of a warehouse, in lower case, one a line."""
    values: set[str] = set()
    with duckdb.connect(str(database), read_only=True) as connection:
        query = (
            "select table_schema, table_name, column_name from information_schema.columns natural join "
            "information_schema.tables where table_type = 'BASE TABLE'"
        )
        for schema, table, column in connection.execute(query).fetchall():
            query = f'select distinct lower(cast("{column}" as varchar)) from "{schema}"."{table}"'
            values |= {value for (value,) in connection.execute(query).fetchall() if value}
    return "\n".join(sorted(values))


def test_nothing_of_erased_people_stands_anywhere_in_the_warehouse(builds, erased):
    staying = {row["profile_id"] for row in rows(builds.of("hash"), EVERYBODY)} - {id_ for _, id_ in erased.people}
    ids = {id_ for _, id_ in erased.people}
    who = " union ".join(f"select '{kind}' as profile_type, '{id_}' as profile_id" for kind, id_ in erased.people)
    told = " union all ".join(
        f"select lower(trim(f.{column})) as value, erased.profile_id is not null as is_theirs "
        f"from intermediate.int_{family}__interactions as f "
        f"left join ({who}) as erased using (profile_type, profile_id) where f.{column} is not null"
        for family, column in (
            ("email", "email_address_used"), ("sms", "recipient_phone_number"), ("web", "visitor_id"),
            ("form", "visitor_id"), ("push", "device_id"), ("custom", "recipient"), ("sms", "user_contact_point"),
        )
    )  # fmt: skip
    # An address that others share is theirs, too.
    values, shared = (
        {row["value"] for row in rows(builds.of("keep"), told) if row["is_theirs"] == theirs}
        for theirs in (True, False)
    )
    values -= shared
    assert len(values) > 20
    text = private_text(builds.of("hash"))
    assert sum(id_ in text for id_ in ids) > 10
    assert sum(keyed_hash(value) in text for value in values) > 10
    text = private_text(erased.database)
    assert all(id_ in text for id_ in list(staying)[:20])
    assert [id_ for id_ in ids if id_ in text] == []
    assert [value for value in values if value in text or keyed_hash(value) in text] == []
    repaired = 'select ProfileId from raw."repaired SmsNotSent"'
    assert [rows(database, repaired) for database in (builds.of("hash"), erased.database)] == [
        [{"ProfileId": WHO["ProfileId"]}], [],
    ]  # fmt: skip


def test_records_of_erased_people_keep_only_what_tells_of_merges(erased):
    contacts = rows(erased.database, "from staging.stg_dataverse__contact where contact_id like 'erased-%'")
    assert contacts
    kept = {"contact_id", "master_id", "is_merged", "modified_at", "sink_modified_at", "version_number", "is_deleted"}
    assert {name for row in contacts for name, value in row.items() if value is not None} <= kept
    merged = rows(erased.database, "from intermediate.int_dataverse__merged_profiles")
    assert {row["merged_profile_id"].startswith("erased-") for row in merged} == {True, False}


def test_requests_that_name_nobody_are_counted(builds, erased):
    counted = rows(erased.database, "from ops.erasure_requests order by profile_type")
    unmatched = {row["profile_type"]: row["unmatched_requests"] for row in counted}
    assert unmatched == {"contact": 2, "lead": 1, "profile": 0}
    assert all(row["requests"] > row["unmatched_requests"] for row in counted)
    assert builds.warned["erased"]["erasure_requests_match_somebody"] == 3
    assert sum(row["requests"] for row in rows(builds.of("hash"), "from ops.erasure_requests")) == 0


def test_the_ids_of_erased_people_are_published_nowhere(builds, erased, personal_values):
    # A contact and a lead may have one id: that of one that stays has to be there.
    staying = {
        row["profile_id"]
        for row in rows(builds.of("hash"), "select profile_type, profile_id from marts.dim_profiles")
        if (row["profile_type"], row["profile_id"]) not in set(erased.people)
    }
    ids = {profile_id for _, profile_id in erased.people} - staying
    before, after = published_text(builds.of("hash")), published_text(erased.database)
    assert sum(profile_id in before for profile_id in ids) > 10
    assert [profile_id for profile_id in ids if profile_id in after] == []
    assert found_in(after, personal_values) == {}


def test_totals_are_those_without_erasure(builds, erased):
    with connected(before=builds.of("hash"), after=erased.database) as connection:
        connection.execute("use before")
        for table in published_tables(connection):
            columns = connection.sql(f"from {table}").columns
            people = [name for name in columns if name.endswith(("profile_key", "profile_id")) or name == "visitor_id"]
            counts = ", ".join(["count(*)", *(f"count(distinct {name})" for name in people)])
            one, other = (
                connection.execute(f"select {counts} from {name}.{table}").fetchone() for name in ("before", "after")
            )
            # An address that others share is two where one of them is erased.
            if not table.startswith(("marts.dim_contact_p", "marts.dim_consent_status")):
                assert one == other, table
            if table.startswith("marts.agg_"):
                told = [name for name in columns if "profile_key" not in columns or not name.endswith("_key")]
                told = f"select {', '.join(told)} from"
                assert differences(connection, f"{told} before.{table}", f"{told} after.{table}") == [], table


def test_what_happened_to_erased_people_is_still_told(builds, erased):
    """All that names nobody is the same, row for row."""
    with connected(before=builds.of("hash"), after=erased.database) as connection:
        for mart, hidden in {
            "fct_channel_engagement": "",
            "fct_journey_runs": "",
            "fct_consent_changes": "contact_point, contact_point_key, requested_value",
            "fct_interactions": "profile_bucket",
        }.items():
            columns = [c for c in connection.sql(f"from before.marts.{mart}").columns if not c.endswith("_key")]
            columns = [c for c in columns if c != "profile_id" and c not in hidden]
            one, other = (f"select {', '.join(columns)} from {name}.marts.{mart}" for name in ("before", "after"))
            assert differences(connection, one, other) == [], mart


def test_erased_people_are_marked_and_have_no_personal_data(erased):
    people = rows(erased.database, "from marts.dim_profiles where is_erased")
    assert len(people) > 9
    for person in people:
        assert re.fullmatch("erased-[0-9a-f]{32}", person["profile_id"])
        assert (person["profile_name"], person["is_active"]) == (None, None)
    changes = rows(erased.database, "from marts.fct_consent_changes where profile_id like 'erased-%'")
    assert changes
    assert all(row["contact_point"] is None or row["contact_point"].startswith("erased-") for row in changes)
    merged = rows(erased.database, "from marts.dim_merged_profiles where merged_profile_id like 'erased-%'")
    assert merged
    deletions = rows(erased.database, "from marts.fct_deletions where record_type in ('contact', 'lead')")
    assert all(row["record_id"] is None or row["record_id"].startswith("erased-") for row in deletions)
    consents = rows(erased.database, "from marts.dim_contact_point_consents where contact_point_key like 'erased-%'")
    assert consents


def test_nobody_is_joined_where_nobody_is_erased(builds):
    assert rows(builds.of("hash"), "from intermediate.int_erased__profiles") == []
    assert rows(builds.of("hash"), "select 1 from marts.dim_profiles where is_erased") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("profile_type\nContact\n", "the first line must name profile_type, profile_id"),
        ("profile_type,profile_id,name\nContact,a,Ann\n", "the first line must name"),
        ("profile_type,profile_id\nContact,a\nAccount,b\n", "line 3: profile_type must be Contact, Lead or CI Profile"),
        ("profile_type,profile_id\nContact,{ }\n", "line 2: profile_id is empty"),
        ("profile_type,profile_id\nContact\n", "line 2: not as many values"),
        (None, "no such file"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(tmp_path, text, fault):
    path = tmp_path / "requests.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ErasureError) as refusal:
        check_erasures(path)
    assert fault in str(refusal.value)
    assert "Ann" not in str(refusal.value)


def test_the_build_refuses_such_a_list_and_changes_nothing(tmp_path):
    command = [
        sys.executable,
        PROJECT / "scripts" / "build.py",
        "--db",
        tmp_path / "x.duckdb",
        "--erasures",
        tmp_path / "no",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: {tmp_path / 'no'}: no such file; the people to erase must be listed in a CSV file\n"
    assert list(tmp_path.iterdir()) == []


def test_plain_dbt_refuses_such_a_list(builds, tmp_path):
    path = tmp_path / "requests.csv"
    path.write_text("profile_type,profile_id\nContact,a\nAccount,b\n", encoding="utf-8")
    before = dict(builds.project.variables)
    builds.project.variables |= {"erasure_path": str(path)}
    with pytest.raises(AssertionError, match=r"requests.csv: line 3: profile_type must be Contact"):
        builds.project.run("run", "--select", "int_erased__profiles")
    builds.project.variables = before
