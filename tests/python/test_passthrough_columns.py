"""Columns that a tenant added: those asked for arrive, typed, wherever their interactions stand alone in a row."""

import datetime as dt
import re
import uuid
import zlib
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import simulate
from warehouse import Project, rows

# Entities with an added text column each, and the facts that have a row for each of their interactions.
FACTS = {
    "CreateRecord": {"fct_record_changes"},
    "EmailClicked": {"fct_link_clicks"},
    "EmailSent": set(),
    "FormsProSurveyQuestionAnswered": {"fct_survey_answers"},
    "GoalEvent": {"fct_goals"},
    "JourneyEventInflow": set(),
    "OptimizationFeedback": {"fct_optimization_feedback"},
    "SegmentSubscribed": {"fct_consent_changes", "fct_segment_changes"},
    "SmsReceived": {"fct_inbound_messages"},
    "WebsiteVisited": {"fct_web_activity"},
}

# What the typed columns of EmailSent hold, and what that means; None where it can't be read as the type.
MEANINGS = {
    "new_priority": {"1": 1, " 2.0 ": 2, "high": None, "2.5": None, "": None},
    "new_weight": {"0.5": 0.5, "1e3": 1000.0, "heavy": None},
    "new_IsVip": {"Yes": True, "0": False, "FALSE": False, "maybe": None},
    "new_plannedon": {
        "2024-07-26T09:00:00+02:00": dt.datetime(2024, 7, 26, 7),
        "7/26/2024 3:04:05 PM": dt.datetime(2024, 7, 26, 15, 4, 5),
        "soon": None,
    },
    "new Owner Id": {"{ABC-1}": "ABC-1", " Def ": "Def", "NULL": None, "": None},
}
NAMES = {
    "new_priority": "priority",
    "new_weight": "new_weight",
    "new_IsVip": "new_is_vip",
    "new_plannedon": "new_plannedon",
    "new Owner Id": "new_owner_id",
}
TYPES = {
    "priority": "BIGINT",
    "new_weight": "DOUBLE",
    "new_is_vip": "BOOLEAN",
    "new_plannedon": "TIMESTAMP",
    "new_owner_id": "VARCHAR",
}
PRIORITY = {"name": "new_priority", "data_type": "bigint", "as": "priority"}
ASKED = {entity: [{"name": "new_campaigncode", "as": f"campaign_of_{entity.lower()}"}] for entity in FACTS}
ASKED["EmailSent"] += [
    PRIORITY,
    {"name": "NEW_WEIGHT", "data_type": "double"},
    {"name": "new_IsVip", "data_type": "boolean"},
    {"name": "new_plannedon", "data_type": "timestamp"},
    "new Owner Id",
]
ASKED["emailopened"] = [PRIORITY]
ASKED["SmsSent"] = [{"name": "new_nowhere", "data_type": "timestamp"}]
# Of another test, which is spared to parse the project again.
ASKED["FormSubmitted"] = ["new_referrer"]
ID = "coalesce(idempotency_id, internal_marketing_interaction_id)"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return the project that asks for the added columns of a simulated export."""
    scratch = tmp_path_factory.mktemp("passthrough")
    assert simulate.main(["--out", str(scratch / "export"), "--rows", "4000", "--seed", "31", "--quiet"]) == 0
    for entity in [*FACTS, "EmailOpened"]:
        (file,) = (scratch / "export" / entity).glob("*.parquet")
        add_columns(entity, file)
    return Project(scratch, scratch / "export", passthrough_columns=ASKED, max_rejected_share=1)


@pytest.fixture(scope="module")
def warehouse(project):
    """Return the warehouse built with them."""
    return project.build_anew()


def add_columns(entity: str, file: Path) -> None:
    """Give a table the columns that a tenant added, with values that follow from each row's id."""
    table = pq.read_table(file)
    ids = ids_of(table)
    table = table.append_column("new_campaigncode", pa.array([f"of {row}" if row else None for row in ids]))
    if entity == "EmailSent":
        for name in MEANINGS:
            table = table.append_column(name, pa.array([written(name, row) for row in ids], pa.string()))
        table = table.append_column("new_secret", pa.nulls(len(table), pa.string()))
    elif entity == "EmailOpened":
        table = table.append_column("new_priority", pa.array([len(row or "") for row in ids], pa.int32()))
    pq.write_table(table, file)


def ids_of(table: pa.Table) -> list[str | None]:
    """Return what tells the interactions of a raw table apart, as the warehouse writes it; None where nothing does."""
    pairs = zip(table["IdempotencyId"].to_pylist(), table["InternalMarketingInteractionId"].to_pylist(), strict=True)
    return [cleaned(first) or cleaned(second) for first, second in pairs]


def cleaned(value: str | None) -> str | None:
    """Return an id as the warehouse writes it."""
    text = (value or "").strip(" {}\t\r\n")
    return str(uuid.UUID(text)) if re.fullmatch("[0-9a-fA-F-]{32,36}", text) else text or None


def written(name: str, row: str | None) -> str | None:
    """Return what stands in a typed column of EmailSent in the row of this id."""
    choices = [*MEANINGS[name], None]
    return choices[zlib.crc32(f"{name} {row}".encode()) % len(choices)] if row else None


def raw_table(project: Project, entity: str) -> pa.Table:
    """Return an entity's raw table."""
    return pq.read_table(next((project.raw / entity).glob("*.parquet")))


# What arrives


def test_every_fact_of_the_same_grain_has_the_column_and_no_other_mart(warehouse):
    columns = rows(
        warehouse,
        """
        select table_name, column_name
        from information_schema.columns
        where column_name like 'campaign\\_of\\_%' escape '\\' and table_schema = 'marts'
        """,
    )
    expected = {
        (fact, f"campaign_of_{entity.lower()}")
        for entity, facts in FACTS.items()
        for fact in facts | {"fct_interactions"}
    }
    # Of texts only those that say STOP or START are there.
    expected.add(("fct_consent_changes", "campaign_of_smsreceived"))
    assert {(row["table_name"], row["column_name"]) for row in columns} == expected


@pytest.mark.parametrize(
    ("entity", "fact"), [(entity, fact) for entity in FACTS for fact in sorted(FACTS[entity] | {"fct_interactions"})]
)
def test_each_interaction_carries_its_own_value(project, warehouse, entity, fact):
    column = f"campaign_of_{entity.lower()}"
    found = rows(
        warehouse,
        f"""
        select interaction_type, id, {column} as added
        from (select interaction_key, {column} from marts.{fact})
        inner join (select interaction_key, interaction_type, {ID} as id from marts.fct_interactions)
        using (interaction_key)
        """,
    )
    ids = {row["id"] for row in found if row["interaction_type"] == entity}
    assert ids - {None} == set(ids_of(raw_table(project, entity))) - {None}
    for row in found:
        assert row["added"] == (f"of {row['id']}" if row["interaction_type"] == entity and row["id"] else None)


@pytest.mark.parametrize("relation", ["staging.stg_cij__email_sent", "intermediate.int_email__interactions"])
def test_values_are_cast_like_any_other(project, warehouse, relation):
    found = rows(
        warehouse,
        f"""
        select {ID} as id, {", ".join(TYPES)}
        from {relation}
        where interaction_type = 'EmailSent' and {ID} is not null
        """,
    )
    assert len(found) > 100
    for row in found:
        for name, meanings in MEANINGS.items():
            assert row[NAMES[name]] == meanings.get(written(name, row["id"])), (name, written(name, row["id"]))
    types = {row["column_name"]: row["column_type"] for row in rows(warehouse, f"describe {relation}")}
    assert TYPES.items() <= types.items()


def test_one_name_may_hold_the_columns_of_several_entities(warehouse):
    found = rows(
        warehouse, f"select {ID} as id, priority from marts.fct_interactions where interaction_type = 'EmailOpened'"
    )
    assert found
    assert all(row["priority"] == len(row["id"] or "") for row in found)


def test_values_that_cannot_be_read_are_counted(project, warehouse):
    unreadable = {
        "new_priority": ["high", "2.5"],
        "new_weight": ["heavy"],
        "new_IsVip": ["maybe"],
        "new_plannedon": ["soon"],
    }
    sent = raw_table(project, "EmailSent")
    expected = {
        NAMES[name]: sum(value in values for value in sent[name].to_pylist()) for name, values in unreadable.items()
    }
    rejected = rows(warehouse, "from ops.rejected_rows where interaction_type in ('EmailSent', 'EmailOpened')")
    found = Counter(row["column_name"] for row in rejected if row["column_name"] in TYPES)
    assert found == expected
    assert all(found.values())


def test_coverage_knows_what_was_asked(warehouse):
    coverage = {row["interaction_type"]: row for row in rows(warehouse, "from ops.source_coverage")}
    assert coverage["EmailSent"]["unknown_columns"] == "new_secret"
    assert coverage["EmailOpened"]["unknown_columns"] == "new_campaigncode"
    assert coverage["GoalEvent"]["unknown_columns"] is None
    assert "new_nowhere" in coverage["SmsSent"]["missing_columns"]


def test_a_column_that_the_source_lacks_is_null(warehouse):
    (column,) = rows(
        warehouse,
        """
        select data_type
        from information_schema.columns
        where table_name = 'int_sms__interactions' and column_name = 'new_nowhere'
        """,
    )
    assert column == {"data_type": "TIMESTAMP"}
    assert rows(warehouse, "from marts.fct_interactions where new_nowhere is not null") == []


def test_a_part_of_the_project_builds_alone_and_unit_tests_hold(project, warehouse):
    project.run("run", "--select", "int_email__interactions", "fct_link_clicks", "fct_goals")
    project.run("test", "--select", "int_email__interactions,test_type:unit", "fct_link_clicks,test_type:unit")
    assert rows(warehouse, "select count(campaign_of_emailclicked) as there from marts.fct_link_clicks")[0]["there"] > 0


def test_tables_of_which_nothing_is_asked_are_built_as_before(project, warehouse, monkeypatch):
    def compiled():
        results = project.run("compile", "--select", "staging.email", "int_push__interactions", "fct_voice_calls")
        return {result.node.name: result.node.compiled_code for result in results}

    asked = compiled()
    monkeypatch.setitem(project.variables, "passthrough_columns", {})
    differing = {name for name, sql in compiled().items() if sql != asked[name]}
    assert differing == {"stg_cij__email_sent", "stg_cij__email_opened", "stg_cij__email_clicked"}


# What is refused

WRONG = {
    "no mapping": (["EmailSent"], "must give each name a list"),
    "unknown entity": ({"EmialSent": ["new_x"]}, "EmialSent is no interaction table"),
    "no list": ({"EmailSent": "new_x"}, "must give each name a list"),
    "a number for a list": ({"EmailSent": 3}, "must give each name a list"),
    "a number for a column": ({"EmailSent": [3]}, "EmailSent: a column is a name or"),
    "no name": ({"EmailSent": [{"as": "x"}]}, "EmailSent: a column is a name or"),
    "unknown key": (
        {"EmailSent": [{"name": "new_x", "type": "bigint"}]},
        "EmailSent: a column has name, data_type, as and pii",
    ),
    "unknown type": ({"EmailSent": [{"name": "new_x", "data_type": "int"}]}, "EmailSent.new_x can't be int"),
    "loaded already": ({"EmailSent": ["messageid"]}, "EmailSent.messageid is loaded already, as message_id"),
    "bad name": ({"EmailSent": [{"name": "new_x", "as": "New X"}]}, "EmailSent.new_x can't be named 'New X'"),
    "name without letters": ({"EmailSent": ["2nd"]}, "EmailSent.2nd can't be named '2nd'"),
    "column of staging": ({"EmailSent": [{"name": "new_x", "as": "message_id"}]}, "can't be named message_id"),
    "column of the family": ({"EmailSent": [{"name": "new_x", "as": "repeated_rows"}]}, "can't be named repeated_rows"),
    "column of a fact": ({"EmailClicked": [{"name": "new_x", "as": "link_key"}]}, "can't be named link_key"),
    "name inside a model": ({"GoalEvent": [{"name": "new_x", "as": "message_key"}]}, "can't be named message_key"),
    "row address": ({"EmailSent": ["rowid"]}, "can't be named rowid"),
    "word of SQL": ({"EmailSent": ["Default"]}, "can't be named default"),
    "twice": (
        {"EmailSent": ["new_x"], "emailsent": ["New_X"]},
        "emailsent.New_X and EmailSent.new_x would both be new_x",
    ),
    "two types": (
        {"EmailSent": ["new_x"], "GoalEvent": [{"name": "new_x", "data_type": "double"}]},
        "new_x is varchar in one place and double in GoalEvent.new_x",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused_before_any_work(project, monkeypatch, case):
    asked, fault = WRONG[case]
    # Nothing is loaded before: dbt itself refuses it.
    monkeypatch.setattr(project, "raw", None)
    monkeypatch.setitem(project.variables, "passthrough_columns", asked)
    with pytest.raises(AssertionError, match="passthrough_columns: ") as refused:
        project.run("run", "--select", "dim_dates")
    assert fault in str(refused.value)
