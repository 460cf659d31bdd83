"""Steps and runs of journeys. What became of a step or a run is told by which events exist, not by their order."""

from math import isfinite

from .schema import entities
from .tools import Row, count_where, group, largest, nulls_last, of_types, seconds_between, smallest

RUN = ("organization_id", "journey_id", "journey_run_id", "profile_type", "profile_id")
IN = ("organization_id", "journey_id", "profile_type", "profile_id")
STEP = ("organization_id", "journey_id", "journey_run_id", "journey_step_id", "profile_type", "profile_id")

STEP_ENTRIES = {"ActionEventInflow", "ActivityContactDispatched"}
STEP_FAILURES = {"ActionEventSystemFailure", "ActivityContactProcessingFailed"}
POSTPONEMENTS = {"ActionEventPostponed"}
RESUMPTIONS = {"ActionEventResumed"}

# What the service writes before it calls the flow, which gives the run its id.
BEFORE_THE_RUN = {
    "JourneyEventInflow",
    "JourneyEventPreEntryDropoff",
    "JourneyEventProfileUnresolved",
    "JourneyEventEntrySystemFailure",
}
RUN_OUTCOMES = {
    "completed": "JourneyEventCompleted",
    "cancelled_by_failure": "JourneyEventCancelledByActionFailure",
    "exited_by_rule": "JourneyEventCancelledByExitEvent",
    "suppressed": "JourneyEventCancelledBySupressionSegment",
    "stopped": "JourneyEventCancelledByJourneyStopped",
    "exited": "JourneyEventExited",
}


def step_completions() -> set[str]:
    """Return the entities that say that a step was processed."""
    return {"ActionEventProcessed"} | {name for name in entities() if name.endswith("ActivityContactProcessed")}


def step_drop_offs() -> set[str]:
    """Return the entities that say that a person left at a step."""
    blocked = {name for name in entities() if name.startswith("ActivityContactBlocked")}
    return {"ActionEventDropoff", "ActivityContactExpired"} | blocked


def fct_journey_steps(events: list[Row]) -> list[Row]:
    """Return one row per organization, journey, run, step and person."""
    kinds = STEP_ENTRIES | STEP_FAILURES | POSTPONEMENTS | RESUMPTIONS | step_completions() | step_drop_offs()
    of_steps = group(of_types(events, kinds), STEP)
    steps = [_step(key, rows) for key, rows in of_steps.items()]
    runs = _events_of_runs(events)
    for run, of_one_run in group(steps, RUN).items():
        first_at = {step["journey_step_id"]: smallest(of_steps[_key(step)], "occurred_at") for step in of_one_run}
        for number, step_id in enumerate(_in_order(of_one_run, first_at), start=1):
            step = next(step for step in of_one_run if step["journey_step_id"] == step_id)
            step |= {"step_number": number, "journey_version": _version(runs.get((*run, None), []))}
    return steps


def _key(step: Row) -> tuple:
    return tuple(step[column] for column in STEP)


def _in_order(steps: list[Row], first_at: dict[str | None, object]) -> list[str | None]:
    """Take one step after another: of those whose parent was taken, or isn't there, the one that began first."""
    begins = {
        own["journey_step_id"]: [nulls_last(first_at[own["journey_step_id"]])]
        + [nulls_last(own[column]) for column in ("entered_at", "journey_step_id")]
        for own in steps
    }
    parents = {step["journey_step_id"]: step["parent_step_id"] for step in steps}
    links = {
        own: parent for own, parent in parents.items() if parent is not None and parent in parents and parent != own
    }
    waits_for = dict(links)
    for own in links:
        before, parent = [own], links[own]
        while parent in links and parent not in before:
            before.append(parent)
            parent = links[parent]
        if parent == own and begins[own] == min(begins[step] for step in before):
            del waits_for[own]  # the parents lead round in a circle, which begins here
    taken: list[str | None] = []
    while len(taken) < len(steps):
        ready = [own for own in parents if own not in taken and (own not in waits_for or waits_for[own] in taken)]
        taken.append(min(ready, key=begins.__getitem__))
    return taken


def _step(key: tuple, rows: list[Row]) -> Row:
    entered = of_types(rows, STEP_ENTRIES)
    processed = of_types(rows, step_completions())
    failed = of_types(rows, STEP_FAILURES)
    dropped = of_types(rows, step_drop_offs())
    postponed = of_types(rows, POSTPONEMENTS)
    resumed = of_types(rows, RESUMPTIONS)
    if processed:
        outcome, settling = "processed", processed
    elif failed:
        outcome, settling = "failed", failed
    elif dropped:
        outcome, settling = "dropped_off", dropped
    else:
        outcome, settling = ("postponed" if len(postponed) > len(resumed) else "in_progress"), []
    reason = _first_drop_off(dropped)
    return dict(zip(STEP, key, strict=True)) | {
        "journey_engine": smallest(rows, "journey_engine"),
        "business_unit_id": smallest(rows, "business_unit_id"),
        "parent_step_id": smallest(rows, "parent_step_id"),
        "entered_at": smallest(entered, "occurred_at"),
        "processed_at": smallest(processed, "occurred_at"),
        "dropped_off_at": smallest(dropped, "occurred_at"),
        "failed_at": smallest(failed, "occurred_at"),
        "first_postponed_at": smallest(postponed, "occurred_at"),
        "postponements": len(postponed),
        "resumptions": len(resumed),
        "postponed_seconds": _postponed_seconds(postponed, resumed),
        "dwell_seconds": seconds_between(smallest(entered, "occurred_at"), smallest(settling, "occurred_at")),
        "step_outcome": outcome,
        "drop_off_reason": reason.get("reason"),
        "drop_off_reason_detail": reason.get("reason_detail"),
        "last_event_at": largest(rows, "occurred_at"),
    }


def _first_drop_off(dropped: list[Row]) -> Row:
    """Return the earliest drop-off, which gives the reason. Equal times go by type, then by reason and detail."""
    order = ("occurred_at", "interaction_type", "reason", "reason_detail")
    return min(dropped, key=lambda row: [nulls_last(row.get(column)) for column in order], default={})


def _postponed_seconds(postponed: list[Row], resumed: list[Row]) -> float:
    """Return the seconds in which a postponement was open that ended later.

    A resumption ends the oldest postponement that is open; where none is, it ends nothing.
    """
    starts = [(row["occurred_at"], False) for row in postponed if row["occurred_at"] is not None]
    ends = [(row["occurred_at"], True) for row in resumed if row["occurred_at"] is not None]
    waiting, finished = [], []
    for time, ends_one in sorted(starts + ends):
        if not ends_one:
            waiting.append(time)
        elif waiting:
            finished.append((waiting.pop(0), time))
    seconds, until = 0.0, None
    for start, end in finished:
        begins = start if until is None else max(start, until)
        seconds += max((end - begins).total_seconds(), 0)
        until = end
    return seconds


def fct_journey_runs(events: list[Row], steps: list[Row]) -> list[Row]:
    """Return one row per organization, journey, run and person, and one per attempt to enter that became no run."""
    steps_of = group(steps, RUN)
    return [
        _run(tuple(key), rows, [] if attempt is not None else steps_of.get(tuple(key), [])) | {"entry_attempt": attempt}
        for (*key, attempt), rows in _events_of_runs(events).items()
    ]


def _events_of_runs(events: list[Row]) -> dict[tuple, list[Row]]:
    """Return the journey events of each run and person, by the columns of RUN and the attempt (None for a run)."""
    found: dict[tuple, list[Row]] = {}
    early: list[Row] = []
    for event in events:
        if event["interaction_type"] in BEFORE_THE_RUN and event["journey_run_id"] is None:
            early.append(event)
        elif event["interaction_type"].startswith("JourneyEvent"):
            found.setdefault((*(event[column] for column in RUN), None), []).append(event)
    runs_of = group(
        [dict(zip((*RUN, "attempt"), key, strict=True)) | {"events": rows} for key, rows in found.items()], IN
    )
    for where, waiting in group(early, IN).items():
        runs = [(nulls_last(smallest(run["events"], "occurred_at")), nulls_last(run["journey_run_id"]))
                for run in runs_of.get(where, [])]  # fmt: skip
        inflows = sorted((e for e in waiting if e["interaction_type"] == "JourneyEventInflow"), key=_moment)
        for event in waiting:
            run, attempt = _where_to(event, inflows, runs)
            key = dict(zip(IN, where, strict=True)) | {"journey_run_id": run}
            found.setdefault((*(key[column] for column in RUN), attempt), []).append(event)
    return found


def _where_to(event: Row, inflows: list[Row], runs: list[tuple]) -> tuple[str | None, int | None]:
    """Return the run and the attempt that an event without a run belongs to; one of them at most."""
    time = nulls_last(event["occurred_at"])
    following = [nulls_last(inflow["occurred_at"]) for inflow in inflows if nulls_last(inflow["occurred_at"]) > time]
    for start, run in sorted(runs):
        if start >= time and all(inflow > start for inflow in following):
            return (None if run[0] else run[1]), None
    before = [inflow for inflow in inflows if nulls_last(inflow["occurred_at"]) <= time]
    if event in before:
        return None, inflows.index(event) + 1
    return _where_to(before[-1], inflows, runs) if before else (None, 0)


def _moment(event: Row) -> list:
    """Order events by time; in one second by the ids of the row."""
    ids = ("idempotency_id", "internal_marketing_interaction_id")
    return [nulls_last(event["occurred_at"]), *(nulls_last(event[name]) for name in ids)]


def _version(rows: list[Row]) -> str | None:
    """Return the smallest version that events state: versions are numbers, and what is none comes after them."""
    return min(
        (row["journey_version"] for row in rows if row["journey_version"] is not None), key=_number, default=None
    )


def _number(version: str) -> tuple:
    try:
        number = float(version)
    except ValueError:
        number = float("inf")
    return (not isfinite(number), number, version)


def _run(key: tuple, rows: list[Row], steps: list[Row]) -> Row:
    entry = _entry_outcome({row["interaction_type"] for row in rows})
    entered_at = smallest(of_types(rows, {"JourneyEventEntryProcessed"}), "occurred_at")
    ended_at = smallest(of_types(rows, RUN_OUTCOMES.values()), "occurred_at")
    return dict(zip(RUN, key, strict=True)) | {
        "journey_engine": smallest(rows, "journey_engine"),
        "business_unit_id": smallest(rows, "business_unit_id"),
        "journey_version": _version(rows),
        "segment_id": smallest(rows, "segment_id"),
        "inflow_at": smallest(of_types(rows, {"JourneyEventInflow"}), "occurred_at"),
        "entered_at": entered_at,
        "ended_at": ended_at,
        "entry_outcome": entry,
        "run_outcome": _run_outcome({row["interaction_type"] for row in rows}) if entry == "entered" else None,
        "duration_seconds": seconds_between(entered_at, ended_at),
        "steps_entered": count_where(steps, lambda step: step["entered_at"] is not None),
        "steps_processed": count_where(steps, lambda step: step["step_outcome"] == "processed"),
    }


def _entry_outcome(types: set[str]) -> str:
    if "JourneyEventEntryProcessed" in types or types & set(RUN_OUTCOMES.values()):
        return "entered"
    if "JourneyEventPreEntryDropoff" in types:
        return "dropped_before_entry"
    if "JourneyEventEntrySystemFailure" in types:
        return "failed"
    if "JourneyEventProfileUnresolved" in types and "JourneyEventProfileResolvedWithRetry" not in types:
        return "unresolved"
    return "pending"


def _run_outcome(types: set[str]) -> str:
    return next((outcome for outcome, event in RUN_OUTCOMES.items() if event in types), "in_progress")
