"""What the definitions of journeys say of their steps, however they are written, and whatever else stands there."""

import csv
import json

import pytest

from warehouse import WHAT_WAS_BUILT, Project, empty, rows

BUILT = ("dim_journey_steps", "dim_journeys", "rejected_rows", "int_source_files")
JOURNEY, FIRST, SPLIT, GOLD, REST, LAST = (f"{number:08d}-aaaa-4000-8000-000000000000" for number in range(1, 7))
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


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return the project over an export's folder, to be filled by each test."""
    scratch = tmp_path_factory.mktemp("designs")
    return Project(scratch, scratch / "export")


def write(project: Project, name: str, *records: dict) -> None:
    """Write a table of the export as CSV, with the columns of the first record."""
    with (project.raw / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]), restval="")
        writer.writeheader()
        writer.writerows(records)


def build(project: Project, *journeys: dict, events=((JOURNEY, FIRST),), **tables: dict) -> None:
    """Build the dimensions over an export of these records of journeys, and events that name a journey and step."""
    empty(project.raw)
    project.database.unlink(missing_ok=True)
    write(project, "msdynmkt_journey", *journeys)
    write(
        project, "ActionEventInflow",
        *({"IdempotencyId": n, "CustomerJourneyId": j, "JourneyActionId": s} for n, (j, s) in enumerate(events)),
    )  # fmt: skip
    for name, record in tables.items():
        write(project, name, record)
    project.run("build", "--select", *(f"+{model}" for model in BUILT), *WHAT_WAS_BUILT)


def journey(definition: object, journey_id: str = JOURNEY, **others: object) -> dict:
    """Return the record of a journey; a definition that is a text is written as it is."""
    text = definition if isinstance(definition, str) else json.dumps(definition)
    return {"msdynmkt_journeyid": journey_id, "msdynmkt_name": "Spring", "msdynmkt_journeyjson": text, **others}


def steps(project: Project, journey_id: str = JOURNEY) -> list[tuple]:
    """Return what is told of a journey's steps, in their order."""
    columns = "journey_step_id, parent_step_id, journey_step_name, step_type, branch_label, step_order, channel"
    query = f"select {columns} from marts.dim_journey_steps where journey_id = '{journey_id}' order by step_order, 1"
    return [tuple(row.values()) for row in rows(project.database, query)]


def rejected(project: Project) -> list[tuple]:
    """Return the values that could not be read."""
    query = "select interaction_type, column_name, reason from ops.rejected_rows order by all"
    return [tuple(row.values()) for row in rows(project.database, query)]


EMAIL = {"msdynmkt_emailid": MAIL, "msdynmkt_name": "Welcome"}


def test_steps_have_their_name_type_branch_and_place(project):
    within = json.dumps(json.dumps(PLAIN))
    lists = PLAIN | {"actions": [{"id": key} | action for key, action in PLAIN["actions"].items()]}
    written = {JOURNEY: PLAIN, LAST: within, REST: lists}
    events = [(journey_id, FIRST) for journey_id in written]
    build(project, *(journey(text, name) for name, text in written.items()), events=events, msdynmkt_email=EMAIL)
    for journey_id in written:
        assert steps(project, journey_id) == EXPECTED
    assert rejected(project) == []
    query = "select interactions as n, count(*) as steps from marts.dim_journey_steps group by all order by n"
    assert rows(project.database, query) == [{"n": 0, "steps": 12}, {"n": 1, "steps": 3}]
    query = "select distinct goal_name, goal_target, goal_target_unit from marts.dim_journeys"
    assert rows(project.database, query) == [
        {"goal_name": "Buy shoes", "goal_target": 25, "goal_target_unit": "percent"}
    ]


BROKEN = [
    "{", "not JSON", "12", '"text"', "[1, 2", '{"actions": {"a": {"type": "Email"}', '{"a": "\\ud83d"}',
]  # fmt: skip
EMPTY = [
    "", "NULL", "{}", "[]", '{"actions": null}', '{"actions": 1}', '{"actions": {"a": 1, "b": [], "c": null}}',
]  # fmt: skip


def test_a_definition_that_cannot_be_read_or_has_no_steps_stops_nothing(project):
    of_journey = {f"{number:08d}-bbbb-4000-8000-000000000000": text for number, text in enumerate(BROKEN + EMPTY)}
    events = [(journey_id, FIRST) for journey_id in of_journey]
    build(project, *(journey(text, name) for name, text in of_journey.items()), events=events)
    for journey_id, text in of_journey.items():
        assert steps(project, journey_id) == [(FIRST, None, None, None, None, None, "none")], text
    told = ("msdynmkt_journey", "journey_definition", "no object or list in JSON")
    assert rejected(project) == [told] * len(BROKEN)
    names = rows(project.database, "select distinct journey_name from marts.dim_journeys")
    assert names == [{"journey_name": "Spring"}]


def test_odd_definitions_are_read_as_far_as_they_make_sense(project):
    ring = {
        FIRST: {"runAfter": {LAST: {}, FIRST: {}}},
        LAST: {"type": 7, "displayName": ["x"], "runAfter": {FIRST: {}}},
    }
    twice = {"type": "Event", "succeedActions": {GOLD: {"type": "Sms"}}, "timeoutActions": {GOLD: {"type": "Push"}}}
    odd = {'$.a"b\\': {"type": "Email"}, "x.y[0]": {"type": "Sms", "runAfter": {'$.a"b\\': {}}}, "": {"type": "Delay"}}
    named = {"gold": {"actions": {GOLD: {"type": "Sms", "runAfter": "x"}}}, "rest": {"label": 7, "actions": {"r": {}}}}
    shapes = {
        FIRST: {"type": "Split", "branches": named, "parameters": []},
        LAST: {"type": None, "runAfter": [FIRST]},
    }
    titled = {"title": "Save 20 percent", "target": 100, "targetType": "Count"}
    deep = '{"actions":{"a":' * 5000 + "{}" + "}}" * 5000
    # as long as Dataverse lets one be, a third of it quotes, which CSV doubles
    padded = PLAIN | {"uiMetadata": ['"'] * 152_000 + ["x" * 100_000]}
    assert 1_000_000 < len(json.dumps(padded)) < 1_048_576
    build(
        project,
        journey({"actions": ring | {SPLIT: twice}}),
        journey({"actions": odd}, FIRST),
        journey(deep, LAST),
        journey(padded, GOLD),
        journey({"goal": titled, "actions": shapes}, REST),
        events=((JOURNEY, FIRST), (FIRST, "x.y[0]"), (LAST, "a"), (GOLD, FIRST), (REST, FIRST)),
        msdynmkt_email=EMAIL,
    )
    # steps that wait for each other come last, and one that comes twice is told once
    assert steps(project) == [
        (SPLIT, None, None, "Event", None, 1, "none"),
        (GOLD, SPLIT, None, "Sms", "succeed", 2, "none"),
        (FIRST, LAST, None, None, None, 3, "none"),
        (LAST, FIRST, None, None, None, 4, "none"),
    ]
    # keys are no paths, and depth has an end
    assert [step[0] for step in steps(project, FIRST)] == ['$.a"b\\', "x.y[0]"]
    assert [step[0] for step in steps(project, LAST)] == ["a"]
    assert steps(project, GOLD) == EXPECTED
    # branches that are no list have their names for labels
    assert [(step[0], step[1], step[4]) for step in steps(project, REST)] == [
        (FIRST, None, None), (GOLD, FIRST, "gold"), ("r", FIRST, "rest"), (LAST, None, None),
    ]  # fmt: skip
    # a title that speaks of percent is none
    query = f"select goal_target, goal_target_unit from marts.dim_journeys where journey_id = '{REST}'"
    assert rows(project.database, query) == [{"goal_target": 100, "goal_target_unit": "people"}]


def test_a_step_is_found_in_another_version_of_its_journey(project):
    older = {"actions": {FIRST: {"type": "Email"}, GOLD: {"type": "Sms", "runAfter": {FIRST: {}}}}}
    newer = {"actions": {FIRST: {"type": "Email", "displayName": "Anew"}, LAST: {"type": "Delay"}}}
    versions = {"msdynmkt_baseversionjourneyid": JOURNEY.upper(), "msdynmkt_versionnumber": 9}
    build(
        project,
        journey(older, **versions, msdynmkt_issupersededbylaterversion="True"),
        journey(newer, SPLIT, **versions | {"msdynmkt_versionnumber": 10}),
        events=((JOURNEY, FIRST), (JOURNEY, LAST), (JOURNEY, REST), (SPLIT, GOLD)),
    )
    assert steps(project) == [
        (FIRST, None, None, "Email", None, 1, "none"),
        # told by the newer version, which events don't tell from the first
        (GOLD, FIRST, None, "Sms", None, 2, "none"),
        (LAST, None, None, "Delay", None, 2, "none"),
        (REST, None, None, None, None, None, "none"),
    ]
    # of another version only what events name
    assert [step[0] for step in steps(project, SPLIT)] == [FIRST, GOLD, LAST]
    query = "select base_version_journey_id, journey_version_number, is_superseded from marts.dim_journeys order by 2"
    assert [tuple(row.values()) for row in rows(project.database, query)] == [(JOURNEY, 9, True), (JOURNEY, 10, None)]
    query = "select count(*) as n from marts.dim_journey_steps where interactions = 0"
    assert rows(project.database, query) == [{"n": 3}]


def test_outbound_journeys_and_mails_have_names(project):
    def activity(number: str, parent: str, kind: str, branch: str = "Default", **item: object) -> dict:
        items = [{"ActivityTypeId": kind, **item}]
        return {
            "ActivityId": number, "ParentActivityId": parent, "ActivityTypeId": kind, "ParentBranchId": 0,
            "ParentRelationshipType": branch, "Properties": {"Items": items},
        }  # fmt: skip

    definition = [
        activity("01", "", "bpf_root"),
        activity(SPLIT.upper(), "01", "Trigger", Name="Opened?"),
        activity(GOLD, SPLIT, "Email", "yesBranch", Name="Thanks", ItemId=MAIL),
        activity(REST, SPLIT, "Scheduler", "noBranch"),
    ]
    campaign = {"msdyncrm_customerjourneyid": JOURNEY, "msdyncrm_name": "Autumn"}
    build(
        project,
        {"msdynmkt_journeyid": LAST, "msdynmkt_name": "another"},
        events=((JOURNEY, SPLIT), (JOURNEY, GOLD)),
        msdyncrm_customerjourney=campaign | {"msdyncrm_workflowdefinition": json.dumps(definition)},
        msdyncrm_marketingemail={"msdyncrm_marketingemailid": MAIL, "msdyncrm_name": "Mail", "msdyncrm_subject": "Hi"},
    )
    assert rows(project.database, "select journey_name from marts.dim_journeys") == [{"journey_name": "Autumn"}]
    assert steps(project) == [
        (SPLIT, None, "Opened?", "Trigger", None, 1, "none"),
        (GOLD, SPLIT, "Thanks", "Email", "yes", 2, "email"),
    ]
    names = rows(project.database, "select message_name, message_subject from intermediate.int_dataverse__messages")
    assert names == [{"message_name": "Mail", "message_subject": "Hi"}]
