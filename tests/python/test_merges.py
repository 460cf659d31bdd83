"""People who are merged: no count changes, whenever the merge is told, prolonged or taken back; only keys follow it."""

import pytest

from warehouse import Project, empty, rows

EVENT = (
    "IdempotencyId,ProfileType,ProfileId,CustomerJourneyId,CustomerJourneyIterationId,ActivityId,MessageId,Timestamp"
)
CONTACTS = "contactid,masterid,merged,modifiedon\n"
PEOPLE = ("a-1", "a-2", "a-3", "b-1", "b-2", "b-3", "c-1", "c-2")
# By load. Everybody is in one run of one step that sends one mail, so that rows would meet if an id were replaced.
ARRIVALS = (
    {
        "contact": f"{CONTACTS}a-1,,false,2025-01-01\na-2,,false,2025-01-01\n"
        "b-1,b-2,true,2025-01-01\nc-1,c-2,true,2025-01-01\n"
    }
    | {
        table: "\n".join([EVENT, *(f"{id_},Contact,{id_},j,i,a,m,2025-01-01 1{id_[-1]}:00:00" for id_ in PEOPLE)])
        for table in ("EmailSent", "EmailOpened", "ActivityContactDispatched", "JourneyEventInflow", "WebsiteVisited")
    },
    {"contact": f"{CONTACTS}a-1,a-2,true,2025-02-01\nb-1,,false,2025-02-01\nc-2,c-1,true,2025-02-01\n"},
    {"contact": f"{CONTACTS}a-2,a-3,true,2025-03-01\nb-1,b-3,true,2025-03-01\nc-2,,false,2025-03-01\n"},
)
# Who they are after each load: a-1 is merged, and then with whom it was merged into; b-1 is taken back, and then merged
# into somebody else; c-1 and c-2 lead round in a circle, of which nobody is the survivor, and then no longer.
MERGED = (
    {"b-1": "b-2", "c-1": "c-2"},
    {"a-1": "a-2"},
    {"a-1": "a-3", "a-2": "a-3", "b-1": "b-3", "c-1": "c-2"},
)
SURVIVORS = tuple({id_: id_ for id_ in PEOPLE} | merged for merged in MERGED)
FACTS = ("fct_channel_engagement", "fct_journey_steps", "fct_journey_runs", "fct_interactions", "fct_web_activity")
MARTS = (*FACTS, "agg_journey_steps_daily", "dim_profiles")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Return what the marts say after each load."""
    scratch = tmp_path_factory.mktemp("merges")
    project = Project(scratch, scratch / "export")
    empty(project.raw)
    found = []
    for number, load in enumerate(ARRIVALS, 1):
        for table, text in load.items():
            (project.raw / table).mkdir(exist_ok=True)
            (project.raw / table / f"{number}.csv").write_text(text, encoding="utf-8")
        without = ("seed", "test", "unit_test") if number > 1 else ("test", "unit_test")
        excluded = [option for kind in without for option in ("--exclude-resource-type", kind)]
        project.run("build", "--select", *(f"+{mart}" for mart in MARTS), *excluded)
        found.append({mart: rows(project.database, f"from marts.{mart}") for mart in MARTS})
    return found


@pytest.mark.parametrize("load", range(len(ARRIVALS)))
def test_facts_keep_who_was_addressed_and_show_who_that_is_today(told, load):
    today = {row["profile_key"]: row["profile_id"] for row in told[load]["dim_profiles"]}
    for fact in FACTS:
        people = [(row["profile_id"], today[row["profile_key"]]) for row in told[load][fact]]
        times = len(people) // len(PEOPLE)
        assert sorted(people) == sorted(list(SURVIVORS[load].items()) * times), fact
        assert len(people) == len(told[0][fact]), fact


@pytest.mark.parametrize("load", range(len(ARRIVALS)))
def test_people_are_counted_as_they_are_today(told, load):
    days = told[load]["agg_journey_steps_daily"]
    assert [(day["inflow"], day["people"]) for day in days] == [(len(PEOPLE), len(set(SURVIVORS[load].values())))]
    expected = {id_: list(SURVIVORS[load].values()).count(id_) * 5 for id_ in set(SURVIVORS[load].values())}
    assert {row["profile_id"]: row["interactions"] for row in told[load]["dim_profiles"]} == expected
