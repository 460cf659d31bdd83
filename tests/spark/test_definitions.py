"""What definitions of journeys say, and the order that parents give, on Spark as on DuckDB."""

import json
import random
from collections import Counter
from datetime import datetime, timedelta

import duckdb
import pytest

import test_journey_designs as designs
from relations import ask_for_rows, model

JOURNEYS = "journey_id varchar, journey_definition json"
# The columns of designed_steps that models show; its numbers are compared by what they put in order.
STEPS = (
    "journey_id, journey_step_id, step_type, stated_name, message_id, coalesce(run_after, {}) as run_after, "
    "owner_step_id, branch_label, depth"
)
IDS = [
    "00000000-aaaa-4000-8000-000000000001", "{00000000-AAAA-4000-8000-000000000002}", "a", "A", "b", "c ", "Ünde", "1",
    "", "NULL", 'x"y', "x.y[0]", "$.a\\b", "k", "o1", "sa", "[1]", '{"a": 1}', ":", "a:", "😀", "a\nb",
    "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
CONTAINERS = [
    "actions", "falseActions", "TRUEACTIONS", "timeoutactions", "xActions", "İActions", "\u0391\u03a3Actions",
    "actions\n", "ÄActions", "branches", "Branches", "parameters", "Parameters", "actionsx", "reactions",
]  # fmt: skip
NAMES = ["displayName", "name", "title", "type", "label", "id", "actionId", "contentId", "smsId", "messageId"]
SCALARS = [
    None, True, False, 0, 1, -5, 12.5, 1e3, 18446744073709551615, 18446744073709551616, -9223372036854775808, "", " ",
    "\u00a0Wide\u2003 ", "\tTab", "Email", "email", "bpf_root", "{{ 1 + 1 }}", 'say "x"', "a\\", "[", "]", "{}",
    "é\u0301", "null", "NaN", "{00000000-BBBB-4000-8000-000000000001}", "s", "n1", "\u0001", "\u2028", ",]",
    '","', "\\u0041", "5", "-0",
]  # fmt: skip


class Pairs(list):
    """An object in JSON, whose names may come twice."""


def written(value: object, chance: random.Random) -> str:
    """Return a value as JSON in one of the ways in which it can be written."""

    def blank() -> str:
        return chance.choice(["", "", "", " ", "\n", "\t \r\n"])

    if isinstance(value, Pairs):
        members = [f"{blank()}{written(k, chance)}{blank()}:{blank()}{written(v, chance)}{blank()}" for k, v in value]
        return "{" + (",".join(members) or blank()) + "}"
    if isinstance(value, list):
        return "[" + (",".join(blank() + written(member, chance) + blank() for member in value) or blank()) + "]"
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    return text.replace("/", "\\/") if chance.random() < 0.5 else text


def anything(chance: random.Random, depth: int) -> object:
    """Return any value at all, more likely one that holds steps."""
    kind = chance.random()
    if depth > 7 or kind < 0.15:
        return chance.choice(SCALARS)
    if kind < 0.2:
        return [anything(chance, depth + 1) for _ in range(chance.randrange(4))]
    return step(chance, depth + 1)


def step(chance: random.Random, depth: int) -> Pairs:
    """Return a step, a branch or its parameters: nobody can tell them apart by what they hold."""
    members = Pairs()
    for _ in range(chance.randrange(6)):
        kind = chance.random()
        if kind < 0.35:
            members.append((chance.choice(NAMES), chance.choice(SCALARS + IDS)))
        elif kind < 0.5:
            after = Pairs((chance.choice(IDS), {}) for _ in range(chance.randrange(3)))
            members.append(("runAfter", anything(chance, depth) if chance.random() < 0.1 else after))
        elif kind < 0.6:
            members.append(("parameters", Pairs([(chance.choice(NAMES), chance.choice(SCALARS + IDS))])))
        elif kind < 0.65:
            members.append((chance.choice(IDS), anything(chance, depth)))
        else:
            members.append((chance.choice(CONTAINERS), container(chance, depth + 1)))
    for place, (name, value) in enumerate(members):
        members[place] = (name, Pairs() if value == {} else value)
    return members


def container(chance: random.Random, depth: int) -> object:
    """Return what holds steps or branches, as an object or a list."""
    if depth > 9 or chance.random() < 0.1:
        return anything(chance, depth)
    many = range(chance.randrange(5))
    if chance.random() < 0.3:
        return [anything(chance, depth) for _ in many]
    return Pairs((chance.choice(IDS), anything(chance, depth)) for _ in many)


def fixed(value: object) -> object:
    """Turn the empty dictionaries of a tree into objects."""
    if isinstance(value, Pairs):
        return Pairs((name, fixed(member)) for name, member in value)
    if isinstance(value, list):
        return [fixed(member) for member in value]
    return Pairs() if value == {} else value


def random_definitions(number: int) -> list[str]:
    """Return definitions of no sense, the same in every run."""
    chance = random.Random(17)
    definitions = []
    for _ in range(number):
        members = Pairs([("goal", goal(chance)), ("actions", container(chance, 0))])
        if chance.random() < 0.1:
            members.append((chance.choice(["actions", "goal", "Actions"]), container(chance, 3)))
        chance.shuffle(members)
        definitions.append(written(fixed(members), chance))
    return definitions


def goal(chance: random.Random) -> object:
    """Return a goal, with a title and a target wherever they may stand."""
    if chance.random() < 0.1:
        return anything(chance, 6)
    names = [
        "title", "displayName", "name", "goalName", "goalTitle", "target", "targetValue", "amount", "count",
        "percentage", "targetPercentage", "targetType", "unit", "UNIT", "percentOfAll", "type",
    ]  # fmt: skip
    values = [*SCALARS, "25", " 25", "1e2", "25%", "Infinity", "Percentage", "percent", "per cent", "5 percent"]
    members = Pairs((chance.choice(names), chance.choice(values)) for _ in range(chance.randrange(5)))
    if chance.random() < 0.5:
        inner = Pairs([(chance.choice(names), chance.choice(values))])
        members.append((chance.choice(["target", "parameters"]), inner))
    return members


# Written by hand: depth, what is legal JSON only for a lenient reader, branches within branches.
BY_HAND = [
    '{"actions": {"a": {"type": "Email",}, "b": {"displayName": NaN, "type": "Sms"},},}',
    '{"actions": [{"id": 1}, {"id": 1.0}, {"id": "", "actionId": "x"}, {"id": null, "actionId": "y"}, []]}',
    '{"actions": [{"id": true}, {"id": {}, "actionId": -7}, {"id": [1]}, {"id": 12.5}, 1, "x", null]}',
    '{"actions": {"a": {"branches": {"7": {"actions": {"b": {}}}, "9223372036854775807": {"actions": {"c": {}}}}}}}',
    '{"actions": {"a": {"branches": [[], 1, {"actions": {"b": {}}}, {"label": "", "actions": {"c": {}}}]}}}',
    '{"actions": {"a": {"zActions": {"b": {}}, "parameters": {"branches": [{"actions": {"c": {}}}]}, "yActions": '
    '{"d": {}}}}}',
    '{"actions": {"a": {"branches": [{"actions": {"b": {}}, "branches": [{"label": "in", "actions": {"c": {}}}]}]}}}',
    '{"actions": {"\\u0061": {"\\u0074ype": "\\u0045mail"}, "b": {"runAfter": {"\\u0061": {}}}}}',
    '{"actions": {"a": {"type": "first", "type": "second"}, "a": {"type": "third"}}}',
    '{"actions":' + '{"a":{"actions":' * 40 + '{"last": {}}' + "}}" * 40 + "}",
    '{"actions":' + '{"n%d":{"actions":' * 60 % tuple(range(60)) + '{"last": {}}' + "}}" * 60 + "}",
    '{"actions": {"a": {}}, "deep": ' + "[" * 2000 + "]" * 2000 + "}",
    '{"actions": {"a": {}}, "deep": ' + '{"x": [' * 500 + "]}" * 500 + ', "more": {"text": "[[[["}}',
    '{"actions": ' + json.dumps({f"{n}": {"runAfter": {f"{n - 1}": {}}} for n in range(300)}) + "}",
    '{"actions": ' + json.dumps({f"{n}": {"runAfter": {f"{(n + 1) % 50}": {}}} for n in range(60)}) + "}",
]  # fmt: skip


def definitions() -> list[tuple[str, str]]:
    """Return definitions of real-time journeys, with their journeys' ids."""
    tests = designs.WRITTEN | designs.UNREAD | designs.ODD
    texts = [text if isinstance(text, str) else json.dumps(text) for text in tests.values()]
    texts += [version["msdynmkt_journeyjson"] for version in designs.VERSIONS]
    return [(f"j{n}", text) for n, text in enumerate(readable([*texts, *BY_HAND, *random_definitions(500)]))]


def outbound_definitions() -> list[tuple[str, str]]:
    """Return definitions of outbound journeys, with their journeys' ids."""
    chance = random.Random(18)
    texts = [json.dumps(designs.OUTBOUND_STEPS), "[]", "[1, [], null, {}]", '{"a": {"ActivityId": "x"}}', '"[]"']
    for _ in range(200):
        activities = []
        for _ in range(chance.randrange(6)):
            activities.append(Pairs(
                (name, chance.choice(values)) for name, values in {
                    "ActivityId": IDS + SCALARS, "ParentActivityId": IDS + SCALARS,
                    "ActivityTypeId": ["Email", "Email", *SCALARS],
                    "ParentRelationshipType": ["yesBranch", "Default", "default", "Branch\n", "İBranch", *SCALARS],
                    "ParentBranchId": [0, 1, 2.0, 2.7, -1.5, "3", " 4 ", "1e1", 1e300, "x", *SCALARS],
                    "Properties": [Pairs([("Items", items)]) for items in (
                        [], [1], Pairs(), "x", [Pairs([("Name", "Mail "), ("ItemId", IDS[1])])],
                        [Pairs([("Name", 5), ("ItemId", 5)]), Pairs([("Name", "second")])],
                    )],
                }.items() if chance.random() < 0.8
            ))  # fmt: skip
        texts.append(written(activities, chance))
    return [(f"o{n}", text) for n, text in enumerate(readable(texts))]


def readable(texts: list[str]) -> list[str]:
    """Return the texts that DuckDB's cast takes for an object or a list; what Spark's takes is another test's."""
    read = "select unnest(?::varchar[]) as text"
    query = f"select text from ({read}) where json_type(try_cast(text as json)) in ('OBJECT', 'ARRAY')"
    return [text for (text,) in duckdb.execute(query, [texts]).fetchall()]


def linked_steps() -> list[tuple]:
    """Return steps with parents at random: journey, step, parent, order of branch and position."""
    chance = random.Random(19)
    steps = []
    for journey in range(300):
        ids = [f"s{n}" for n in range(chance.randrange(1, 12))]
        for place, step_id in enumerate(ids):
            parent = chance.choice([None, *ids, *ids[: place + 1], "elsewhere"])
            branch = chance.choice([0, 2, 9223372036854775807])
            steps.append((f"j{journey}", step_id, parent, branch, chance.randrange(3)))
    chain = range(1010)
    steps += [("long", f"{n}", f"{n - 1}" if n else None, n, 0) for n in chain]
    steps += [("ring", f"{n}", f"{(n + 1) % 1010}", n, 0) for n in chain]
    return steps


def linked_rows() -> list[tuple]:
    """Return rows with parents at random: group, row, parent and place."""
    chance = random.Random(20)
    rows = []
    for group in range(500):
        keys = [f"g{group}r{n}" for n in range(chance.randrange(1, 14))]
        places = chance.sample(range(1000), len(keys))
        for key, place in zip(keys, places, strict=True):
            rows.append((f"g{group}", key, chance.choice([None, *keys, *keys, "nobody"]), place))
    long = chance.sample(range(1000), 1000)
    rows += [("chain", f"c{n}", f"c{n - 1}", place) for n, place in enumerate(long)]
    return rows + [("ring", f"r{n}", f"r{(n + 1) % 150}", place) for n, place in enumerate(long[:300])]


def of_events() -> dict[str, tuple]:
    """Return what dim_journey_steps reads: events, journeys, their versions, their steps and messages, at random."""
    chance = random.Random(21)
    journeys, steps, messages = [f"j{n}" for n in range(12)], ["a", "b", "c", "d"], ["m1", "m2", None]
    kinds = [("Sent", "email", "sent"), ("Entered", "none", None), ("Texted", "sms", "sent"), ("Other", None, "opened")]
    events = [
        (
            chance.choice(kinds)[0], chance.choice([*journeys, None]), chance.choice([*steps, None]),
            chance.choice([*steps, None]), chance.choice(messages), chance.choice(["o1", "o2", None]), "real_time",
            datetime(2024, 1, 1) + timedelta(seconds=chance.randrange(10**6)),
        )
        for _ in range(400)
    ]  # fmt: skip
    seen = sorted({(row[5], row[1]) for row in events if row[1]}, key=str)
    versions = [
        (name, chance.choice(["real_time", "outbound"]), chance.choice(journeys), chance.choice([1, 2, None]))
        for name in journeys[2:]
    ]
    designed = [
        (name, step_id, chance.choice(["Email", None]), chance.choice(["Hi", None]), chance.choice(messages),
         chance.choice([*steps, None]), chance.choice(["yes", None]), place)
        for name in journeys for place, step_id in enumerate(steps, 1) if chance.random() < 0.6
    ]  # fmt: skip
    return {
        "events": (
            "interaction_type varchar, journey_id varchar, journey_step_id varchar, parent_step_id varchar, "
            "message_id varchar, organization_id varchar, journey_engine varchar, occurred_at timestamp",
            events,
        ),
        "the_interaction_types": ("interaction_type varchar, channel varchar, message_event varchar", kinds),
        "the_dim_journeys": (
            "organization_id varchar, journey_id varchar, journey_engine varchar",
            [(*row, chance.choice(["real_time", "outbound"])) for row in seen],
        ),
        "the_int_dataverse__journeys": (
            "journey_id varchar, journey_engine varchar, base_version_journey_id varchar, "
            "journey_version_number bigint",
            versions,
        ),
        "the_int_dataverse__messages": (
            "message_id varchar, channel varchar, message_name varchar", [("m1", "push", "One"), ("m2", None, None)],
        ),
        "the_int_dataverse__journey_steps": (
            "journey_id varchar, journey_step_id varchar, step_type varchar, stated_name varchar, message_id varchar, "
            "parent_step_id varchar, branch_label varchar, step_order bigint",
            designed,
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def answers():
    """Return what each engine says of all these."""
    journeys, outbound = definitions(), outbound_definitions()
    engine = "{{ '[]' if target.type == 'duckdb' else 'array()' }}"
    steps = STEPS.format(engine)
    return ask_for_rows(
        {
            "real_time": "select " + steps + ' from ({{ designed_steps("the_stg_dataverse__journey") }}) as steps',
            "outbound": "select "
            + steps
            + ', branch_number from ({{ designed_activities("the_stg_dataverse__customer_journey") }}) as steps',
            "journey_steps": model("int_dataverse__journey_steps"),
            "goals": """
                select
                    journey_id,
                    {{ goal_name("journey_definition") }} as goal_name,
                    {{ goal_target("journey_definition") }} as goal_target,
                    {{ goal_target_unit("journey_definition") }} as goal_target_unit
                from the_stg_dataverse__journey
            """,
            "steps_of_events": model("dim_journey_steps", union_families="select * from events"),
            "paths": '{{ path_from_the_start("linked") }}',
            "order": '{{ after_parents("links") }}',
        },
        {
            "the_stg_dataverse__journey": (JOURNEYS, [*journeys, ("none", None)]),
            "the_stg_dataverse__customer_journey": (JOURNEYS, [*outbound, ("none", None)]),
            **of_events(),
            "linked": (
                "journey_id varchar, journey_step_id varchar, parent_step_id varchar, branch_order bigint, "
                "position bigint",
                linked_steps(),
            ),
            "links": ("group_key varchar, row_key varchar, parent_key varchar, place bigint", linked_rows()),
        },
    )


# How many rows DuckDB gives at least, so that equality isn't that of nothing.
@pytest.mark.parametrize(
    ("question", "at_least"),
    [
        ("real_time", 1500),
        ("outbound", 200),
        ("journey_steps", 1500),
        ("goals", 500),
        ("paths", 1200),
        ("order", 4000),
        ("steps_of_events", 100),
    ],
)
def test_spark_says_what_duckdb_says(answers, question, at_least):
    expected = answers["duckdb"][question]
    assert len(expected) >= at_least
    for engine in ("spark", "spark ansi"):
        given = answers[engine][question]
        lacking, beyond = Counter(map(repr, expected)), Counter(map(repr, given))
        assert given == expected, (engine, list(lacking - beyond)[:5], list(beyond - lacking)[:5])


def test_goals_have_names_and_targets_in_both_units(answers):
    goals = answers["spark"]["goals"]
    assert {unit for *_, unit in goals} == {None, "people", "percent"}
    assert sum(name is not None for _, name, *_ in goals) > 100


def test_a_way_of_more_than_a_thousand_steps_has_an_end(answers):
    ways = {step: path for journey, step, path in answers["spark"]["paths"] if journey == "long"}
    assert len(ways) == 1000 and len(ways["999"]) == 2000
    assert not any(journey == "ring" for journey, *_ in answers["spark"]["paths"])
