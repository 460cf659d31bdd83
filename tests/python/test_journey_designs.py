"""What the definitions of journeys say of their steps, however they are written, and whatever else stands there."""

import csv
import json
from pathlib import Path

import pytest

from warehouse import WHAT_WAS_BUILT, Project, rows

BUILT = ("dim_journey_steps", "dim_journeys", "rejected_rows", "int_source_files")
FIRST, SPLIT, GOLD, REST, LAST = (f"{number:08d}-aaaa-4000-8000-000000000000" for number in range(2, 7))
MAIL = "99999999-aaaa-4000-8000-000000000000"
# The shape that the vendor's page on templates and public tools show: dictionaries by id, branches with labels.
PLAIN = {
    "type": 1,
    "goal": {"title": "Buy shoes", "target": 25, "targetType": "Percentage"},
    "actions": {
        LAST: {"type": "Delay", "runAfter": {SPLIT: {"result": "Success"}}},
        SPLIT: {
            "type": "ConditionV2",
            "title": "  Gold? ",
            "runAfter": {FIRST: {"result": "Success"}},
            "parameters": {
                "branches": [{"label": "Gold; drop table x --", "actions": {GOLD: {"type": "Sms"}}}],
                "falseActions": {REST: {"type": "CreateRecordV2", "displayName": "{{ 1 + 1 }} '\"; Aufgabe"}},
            },
        },
        "{" + FIRST.upper() + "}": {"type": "Email", "parameters": {"contentId": MAIL.upper()}},
    },
}
EXPECTED = [
    (FIRST, None, "Welcome", "Email", None, 1, "email"),
    (SPLIT, FIRST, "Gold?", "ConditionV2", None, 2, "none"),
    (GOLD, SPLIT, None, "Sms", "Gold; drop table x --", 3, "none"),
    (REST, SPLIT, "{{ 1 + 1 }} '\"; Aufgabe", "CreateRecordV2", "false", 4, "none"),
    (LAST, SPLIT, None, "Delay", None, 5, "none"),
]


def journey(definition: object, journey_id: str, **others: object) -> dict:
    """Return the record of a journey; a definition that is a text is written as it is."""
    text = definition if isinstance(definition, str) else json.dumps(definition)
    return {"msdynmkt_journeyid": journey_id, "msdynmkt_name": "Spring", "msdynmkt_journeyjson": text, **others}


def ids(word: str, number: int) -> list[str]:
    """Return the ids of as many journeys, with a word of four hexadecimal digits."""
    return [f"{place:08d}-{word}-4000-8000-000000000000" for place in range(number)]


# The same definition in three ways: as it is, within a text, its dictionaries as lists.
WRITTEN = dict(
    zip(
        ids("1111", 3),
        (
            PLAIN,
            json.dumps(json.dumps(PLAIN)),
            PLAIN | {"actions": [{"id": k} | v for k, v in PLAIN["actions"].items()]},
        ),
        strict=True,
    )
)
BROKEN = [
    "{", "not JSON", "12", '"text"', "[1, 2", '{"actions": {"a": {"type": "Email"}', '{"a": "\\ud83d"}',
]  # fmt: skip
EMPTY = [
    "", "NULL", "{}", "[]", '{"actions": null}', '{"actions": 1}', '{"actions": {"a": 1, "b": [], "c": null}}',
]  # fmt: skip
UNREAD = dict(zip(ids("bbbb", len(BROKEN + EMPTY)), BROKEN + EMPTY, strict=True))
RINGS, KEYS, DEEP, PADDED, SHAPES, ORDER = ids("3333", 6)
# As long as Dataverse lets one be, a third of it quotes, which CSV doubles.
AT_THE_LIMIT = PLAIN | {"uiMetadata": ['"'] * 152_000 + ["x" * 100_000]}
ODD = {
    RINGS: {
        "actions": {
            FIRST: {"runAfter": {LAST: {}, FIRST: {}}},
            LAST: {"type": 7, "displayName": ["x"], "runAfter": {FIRST: {}}},
            SPLIT: {
                "type": "Event", "succeedActions": {GOLD: {"type": "Sms"}}, "timeoutActions": {GOLD: {"type": "Push"}},
            },
        }
    },
    KEYS: {
        "actions": {
            '$.a"b\\': {"type": "Email"}, "x.y[0]": {"type": "Sms", "runAfter": {'$.a"b\\': {}}}, "": {"type": "Delay"},
        }
    },
    DEEP: '{"actions":{"a":' * 5000 + "{}" + "}}" * 5000,
    PADDED: AT_THE_LIMIT,
    SHAPES: {
        "goal": {"title": "Save 20 percent", "target": 100, "targetType": "Count"},
        "actions": {
            FIRST: {
                "type": "Split", "parameters": [],
                "branches": {
                    "gold": {"actions": {GOLD: {"type": "Sms", "runAfter": "x"}}},
                    "rest": {"label": 7, "actions": {"r": {}}},
                },
            },
            LAST: {"type": None, "runAfter": [FIRST]},
        },
    },
    ORDER: {
        "actions": {
            FIRST: {
                "type": "Split", "title": 5, "falseActions": {GOLD: {}},
                "parameters": {"branches": {"9223372036854775807": {"actions": {REST: {}}}}}, "lastActions": {LAST: {}},
            },
        },
    },
}  # fmt: skip
OLDER, NEWER = ids("4444", 2)
VERSION = {"msdynmkt_baseversionjourneyid": OLDER.upper(), "msdynmkt_versionnumber": 9}
VERSIONS = (
    journey(
        {"actions": {FIRST: {"type": "Email"}, GOLD: {"type": "Sms", "runAfter": {FIRST: {}}}}},
        OLDER, **VERSION, msdynmkt_issupersededbylaterversion="True",
    ),
    journey(
        {"actions": {FIRST: {"type": "Email", "displayName": "Anew"}, LAST: {"type": "Delay"}}},
        NEWER, **VERSION | {"msdynmkt_versionnumber": 10},
    ),
)  # fmt: skip
(OUTBOUND,) = ids("5555", 1)
THANKS = "99999999-bbbb-4000-8000-000000000000"


def activity(number: str, parent: str, kind: str, branch: str = "Default", **item: object) -> dict:
    """Return an activity of an outbound journey."""
    return {
        "ActivityId": number, "ParentActivityId": parent, "ActivityTypeId": kind, "ParentBranchId": 0,
        "ParentRelationshipType": branch, "Properties": {"Items": [{"ActivityTypeId": kind, **item}]},
    }  # fmt: skip


OUTBOUND_STEPS = [
    activity("01", "", "bpf_root"),
    activity(SPLIT.upper(), "01", "Trigger", Name="Opened?"),
    activity(GOLD, SPLIT, "Email", "yesBranch", Name="Thanks", ItemId=THANKS),
    activity(REST, SPLIT, "Scheduler", "noBranch"),
]
TABLES = {
    "msdynmkt_journey": [
        *VERSIONS, *(journey(text, name) for name, text in (WRITTEN | UNREAD | ODD).items()),
    ],
    "msdynmkt_email": [{"msdynmkt_emailid": MAIL, "msdynmkt_name": "Welcome"}],
    "msdyncrm_customerjourney": [
        {
            "msdyncrm_customerjourneyid": OUTBOUND, "msdyncrm_name": "Autumn",
            "msdyncrm_workflowdefinition": json.dumps(OUTBOUND_STEPS),
        }
    ],
    "msdyncrm_marketingemail": [
        {"msdyncrm_marketingemailid": THANKS, "msdyncrm_name": "Mail", "msdyncrm_subject": "Hi"}
    ],
}  # fmt: skip
# Journeys and steps that events name.
EVENTS = [
    *((name, FIRST) for name in WRITTEN | UNREAD),
    (RINGS, FIRST), (KEYS, "x.y[0]"), (DEEP, "a"), (PADDED, FIRST), (SHAPES, FIRST), (ORDER, FIRST),
    (OLDER, FIRST), (OLDER, LAST), (OLDER, REST), (NEWER, GOLD),
    (OUTBOUND, SPLIT), (OUTBOUND, GOLD),
]  # fmt: skip


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """Return the warehouse of an export with all these journeys."""
    scratch = tmp_path_factory.mktemp("designs")
    project = Project(scratch, scratch / "export")
    project.raw.mkdir()
    named = [{"IdempotencyId": n, "CustomerJourneyId": j, "JourneyActionId": s} for n, (j, s) in enumerate(EVENTS)]
    for name, records in (TABLES | {"ActionEventInflow": named}).items():
        with (project.raw / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(records[0]), restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(records)
    return project.build_anew("--select", *(f"+{model}" for model in BUILT), *WHAT_WAS_BUILT)


def steps(database: Path, journey_id: str) -> list[tuple]:
    """Return what is told of a journey's steps, in their order."""
    columns = "journey_step_id, parent_step_id, journey_step_name, step_type, branch_label, step_order, channel"
    query = f"select {columns} from marts.dim_journey_steps where journey_id = '{journey_id}' order by step_order, 1"
    return [tuple(row.values()) for row in rows(database, query)]


def told(database: Path, columns: str, journeys, order: str = "1") -> list[tuple]:
    """Return columns of some journeys, without repeats."""
    named = ", ".join(f"'{name}'" for name in journeys)
    query = f"select distinct {columns} from marts.dim_journeys where journey_id in ({named}) order by {order}"
    return [tuple(row.values()) for row in rows(database, query)]


def unnamed_steps(database: Path, journeys) -> list[int]:
    """Return how many steps of each of some journeys no event names."""
    query = "select journey_id, count(*) as n from marts.dim_journey_steps where interactions = 0 group by all"
    found = {row["journey_id"]: row["n"] for row in rows(database, query)}
    return [found.get(name, 0) for name in journeys]


def test_steps_have_their_name_type_branch_and_place(database):
    for journey_id in WRITTEN:
        assert steps(database, journey_id) == EXPECTED
    assert unnamed_steps(database, WRITTEN) == [4, 4, 4]
    query = "select distinct interactions as n from marts.dim_journey_steps where interactions > 0"
    assert rows(database, query) == [{"n": 1}]
    assert told(database, "goal_name, goal_target, goal_target_unit", WRITTEN) == [("Buy shoes", 25, "percent")]


def test_a_definition_that_cannot_be_read_or_has_no_steps_stops_nothing(database):
    for journey_id, text in UNREAD.items():
        assert steps(database, journey_id) == [(FIRST, None, None, None, None, None, "none")], text
    rejected = rows(database, "select interaction_type, column_name, reason from ops.rejected_rows order by all")
    unreadable = ("msdynmkt_journey", "journey_definition", "no object or list in JSON")
    # All other definitions can be read.
    assert [tuple(row.values()) for row in rejected] == [unreadable] * len(BROKEN)
    assert told(database, "journey_name", UNREAD) == [("Spring",)]


def test_odd_definitions_are_read_as_far_as_they_make_sense(database):
    assert 1_000_000 < len(json.dumps(AT_THE_LIMIT)) < 1_048_576
    # steps that wait for each other come last, and one that comes twice is told once
    assert steps(database, RINGS) == [
        (SPLIT, None, None, "Event", None, 1, "none"),
        (GOLD, SPLIT, None, "Sms", "succeed", 2, "none"),
        (FIRST, LAST, None, None, None, 3, "none"),
        (LAST, FIRST, None, None, None, 4, "none"),
    ]
    # keys are no paths, and depth has an end
    assert [step[0] for step in steps(database, KEYS)] == ['$.a"b\\', "x.y[0]"]
    assert [step[0] for step in steps(database, DEEP)] == ["a"]
    assert steps(database, PADDED) == EXPECTED
    # branches that are no list have their names for labels
    assert [(step[0], step[1], step[4]) for step in steps(database, SHAPES)] == [
        (FIRST, None, None), (GOLD, FIRST, "gold"), ("r", FIRST, "rest"), (LAST, None, None),
    ]  # fmt: skip
    # branches come as they stand in the definition, however deep, and a name of digits may be longer than a number
    assert [(step[0], step[4]) for step in steps(database, ORDER)] == [
        (FIRST, None), (GOLD, "false"), (REST, "9223372036854775807"), (LAST, "last"),
    ]  # fmt: skip
    # a title that speaks of percent is none
    assert told(database, "goal_target, goal_target_unit", [SHAPES]) == [(100, "people")]


def test_a_step_is_found_in_another_version_of_its_journey(database):
    assert steps(database, OLDER) == [
        (FIRST, None, None, "Email", None, 1, "none"),
        # told by the newer version, which events don't tell from the first
        (GOLD, FIRST, None, "Sms", None, 2, "none"),
        (LAST, None, None, "Delay", None, 2, "none"),
        (REST, None, None, None, None, None, "none"),
    ]
    # of another version only what events name
    assert [step[0] for step in steps(database, NEWER)] == [FIRST, GOLD, LAST]
    columns = "base_version_journey_id, journey_version_number, is_superseded"
    assert told(database, columns, [OLDER, NEWER], "2") == [(OLDER, 9, True), (OLDER, 10, None)]
    assert sum(unnamed_steps(database, [OLDER, NEWER])) == 3


def test_outbound_journeys_and_mails_have_names(database):
    assert told(database, "journey_name", [OUTBOUND]) == [("Autumn",)]
    assert steps(database, OUTBOUND) == [
        (SPLIT, None, "Opened?", "Trigger", None, 1, "none"),
        (GOLD, SPLIT, "Thanks", "Email", "yes", 2, "email"),
    ]
    query = "select message_name, message_subject from intermediate.int_dataverse__messages where message_id = '{}'"
    assert rows(database, query.format(THANKS)) == [{"message_name": "Mail", "message_subject": "Hi"}]
