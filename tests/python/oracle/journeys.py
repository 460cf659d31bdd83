"""Steps and runs of journeys. What became of a step or a run is told by which events exist, not by their order."""

from .schema import entities
from .tools import Row, count_where, group, largest, nulls_last, of_types, seconds_between, smallest

RUN = ("organization_id", "journey_id", "journey_run_id", "profile_type", "profile_id")
STEP = ("organization_id", "journey_id", "journey_run_id", "journey_step_id", "profile_type", "profile_id")

STEP_ENTRIES = {"ActionEventInflow", "ActivityContactDispatched"}
STEP_FAILURES = {"ActionEventSystemFailure", "ActivityContactProcessingFailed"}
POSTPONEMENTS = {"ActionEventPostponed"}
RESUMPTIONS = {"ActionEventResumed"}

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
    steps = [_step(key, rows) for key, rows in group(of_types(events, kinds), STEP).items()]
    for of_one_run in group(steps, RUN).values():
        in_order = sorted(of_one_run, key=lambda step: [nulls_last(step[c]) for c in ("entered_at", "journey_step_id")])
        for number, step in enumerate(in_order, start=1):
            step["step_number"] = number
    return steps


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
    """Pair the first postponement with the first resumption, and so on; what is still postponed adds nothing."""
    starts = sorted(row["occurred_at"] for row in postponed if row["occurred_at"] is not None)
    ends = sorted(row["occurred_at"] for row in resumed if row["occurred_at"] is not None)
    return sum((max(seconds_between(*pair), 0) for pair in zip(starts, ends, strict=False)), 0.0)


def fct_journey_runs(events: list[Row], steps: list[Row]) -> list[Row]:
    """Return one row per organization, journey, run and person."""
    journey_events = [event for event in events if event["interaction_type"].startswith("JourneyEvent")]
    steps_of = group(steps, RUN)
    return [_run(key, rows, steps_of.get(key, [])) for key, rows in group(journey_events, RUN).items()]


def _run(key: tuple, rows: list[Row], steps: list[Row]) -> Row:
    entry = _entry_outcome({row["interaction_type"] for row in rows})
    entered_at = smallest(of_types(rows, {"JourneyEventEntryProcessed"}), "occurred_at")
    ended_at = smallest(of_types(rows, RUN_OUTCOMES.values()), "occurred_at")
    return dict(zip(RUN, key, strict=True)) | {
        "journey_engine": smallest(rows, "journey_engine"),
        "business_unit_id": smallest(rows, "business_unit_id"),
        "journey_version": smallest(rows, "journey_version"),
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
