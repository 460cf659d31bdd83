"""The runs of real-time journeys: the events of their entries and ends, and the truth about them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import draw
from .journey_codes import (
    COMPLETED,
    DROPPED,
    DROPPED_THEN_ENTERED,
    END_ONLY,
    ENTRY_OUTCOMES,
    FAILED_ENTRY,
    HEALED,
    IN_PROGRESS,
    OUTCOME_OF_ENTRY,
    PROCESSED,
    RUN_OUTCOMES,
    UNRESOLVED,
)
from .journey_reasons import END_REASONS, FAILURE_REASONS, PRE_ENTRY_REASONS, UNRESOLVED_REASONS, reasons
from .plan import NEVER, Coded, Plan, earliest
from .tenant import VERSIONS

END_ENTITIES = [
    "JourneyEventCompleted",
    "JourneyEventCancelledByActionFailure",
    "JourneyEventCancelledByExitEvent",
    "JourneyEventCancelledBySupressionSegment",
    "JourneyEventCancelledByJourneyStopped",
    "JourneyEventExited",
]


def attempts_without_a_run(plan: Plan, places: np.ndarray, entry: np.ndarray, inflow_at: np.ndarray) -> np.ndarray:
    """Say of each run whether what is logged before it names no run: which inflow of its person in its journey, or 0.

    Only where a person's inflows are so far apart that each is followed by its own run before the next.
    """
    journey = plan.places("journey")[places]
    pair = plan.places("person")[places].astype(np.int64) * len(plan.tenant.journeys) + journey
    order = np.lexsort((inflow_at, pair))
    turn, follows = np.zeros(len(places), np.int64), np.zeros(len(places), bool)
    follows[1:] = pair[order][1:] == pair[order][:-1]
    turn[order] = draw.turns(pair[order])
    too_close = np.zeros(len(places), bool)
    too_close[1:] = follows[1:] & (np.diff(inflow_at[order]) < 86400)
    unfit = too_close | ((entry == END_ONLY) | ~plan.places("known")[places])[order]
    fits = plan.tenant.journey_enters_early[journey] & ~np.isin(pair, pair[order][unfit])
    return np.where(fits, turn + 1, 0)


def emit_runs(plan, places, last_place, entry, end, inflow_at, entered_at, ended_at, taken, attempt, version) -> None:
    """Plan the JourneyEvent* rows of all runs and record the truth about the runs. Times are whole seconds.

    `attempt` is 0, or says which inflow without a run it is.
    """
    rng, count = plan.rng, len(places)
    entered = entry <= DROPPED_THEN_ENTERED
    before_run = np.where(attempt > 0, plan.without_run(places), places)

    def emit(entity: str, place: np.ndarray, rows: np.ndarray, at: np.ndarray, **why: Coded) -> None:
        plan.emit(entity, place[rows], at[rows], JourneyVersion=Coded(VERSIONS, version[rows]), **why)

    inflow_at = np.where(entered & (attempt == 0) & draw.chance(rng, count, 0.01), NEVER, inflow_at)
    emit("JourneyEventInflow", before_run, inflow_at != NEVER, inflow_at)
    why_left = {name: np.full(count, None, dtype=object) for name in ("Reason", "ReasonDetail")}

    unresolved = (entry == HEALED) | (entry == UNRESOLVED)
    before = entered_at - np.where(entry == HEALED, 1200, 10)
    why = _noted(why_left, unresolved, reasons(rng, UNRESOLVED_REASONS, unresolved.sum(), 1))
    emit("JourneyEventProfileUnresolved", before_run, unresolved, before, **why)
    healed = entry == HEALED
    emit("JourneyEventProfileResolvedWithRetry", places, healed, entered_at - 300)
    dropped = (entry == DROPPED) | (entry == DROPPED_THEN_ENTERED)
    why = _noted(why_left, dropped, reasons(rng, PRE_ENTRY_REASONS, dropped.sum(), 1))
    emit("JourneyEventPreEntryDropoff", before_run, dropped, entered_at - 5, **why)
    failed = entry == FAILED_ENTRY
    why = _noted(why_left, failed, reasons(rng, FAILURE_REASONS, failed.sum(), 1))
    emit("JourneyEventEntrySystemFailure", before_run, failed, entered_at, **why)
    processed = entered & (entry != END_ONLY)
    emit("JourneyEventEntryProcessed", places, processed, entered_at)
    entered_at = np.where(processed, entered_at, NEVER)

    for code, entity in enumerate(END_ENTITIES):
        ends = entered & (end == code)
        why = _noted(why_left, ends, reasons(rng, END_REASONS[RUN_OUTCOMES[code]], ends.sum(), 1))
        emit(entity, last_place, ends, ended_at, **why)
    running = entered & (end == IN_PROGRESS)
    ended_at = np.where(entered & (end != IN_PROGRESS), ended_at, NEVER)
    # a second, lower-ranking end event before or after the one that counts
    twice = entered & (end == COMPLETED) & draw.chance(rng, count, 0.012)
    second_at = ended_at + np.where(draw.chance(rng, count, 0.5), 30, -3)
    emit("JourneyEventExited", last_place, twice, second_at, **reasons(rng, END_REASONS["exited"], twice.sum()))
    second_at = second_at[twice]
    plan.record(
        "contradictions",
        **(plan.keys(places[twice]) | dict.fromkeys(("step", "message"), np.full(int(twice.sum()), -1))),
        exception_type=Coded(["more_than_one_terminal_event"], np.zeros(int(twice.sum()), np.int8)),
        channel=Coded([""], np.full(int(twice.sum()), -1)),
        occurred_at=np.maximum(ended_at[twice], second_at),
    )
    ended_at[twice] = earliest(ended_at[twice], second_at)
    reported = draw.some_of(rng, running, 0.1, plan.floor * 4)
    emit("JourneyEventInprogress", last_place, reported, entered_at + 60)
    odd = draw.some_of(rng, processed, 0.002, plan.floor * 2)
    emit("JourneyEventUndefined", places, odd, entered_at + 61)

    left = ~entered | ~np.isin(end, (COMPLETED, IN_PROGRESS))
    finished = (ended_at != NEVER) & (entered_at != NEVER)
    became_none = ~entered & (attempt > 0)
    plan.record(
        "runs",
        **plan.keys(np.where(became_none, before_run, places)),
        journey_version=Coded(VERSIONS, version),
        entry_attempt=np.where(became_none, attempt, NEVER),
        inflow_at=inflow_at,
        entered_at=entered_at,
        ended_at=ended_at,
        entry_outcome=Coded(ENTRY_OUTCOMES, OUTCOME_OF_ENTRY[entry]),
        run_outcome=Coded(RUN_OUTCOMES, np.where(entered, end, -1)),
        exit_reason=pa.array(np.where(left, why_left["Reason"], None), pa.string()),
        exit_reason_detail=pa.array(np.where(left, why_left["ReasonDetail"], None), pa.string()),
        duration_seconds=np.where(finished, ended_at - entered_at, NEVER),
        steps_entered=np.bincount(taken.run, taken.logged & (taken.shown_at != NEVER), count).astype(np.int64),
        steps_processed=np.bincount(taken.run, taken.logged & (taken.state == PROCESSED), count).astype(np.int64),
    )
    plan.offer("runs", places[processed], entered_at[processed] + 600)


def _noted(why_left: dict[str, np.ndarray], rows: np.ndarray, why: dict[str, Coded]) -> dict[str, Coded]:
    """Note the reasons of these rows in place of earlier ones, and return them."""
    for name, column in why.items():
        why_left[name][rows] = np.array([*column.values, None], dtype=object)[column.codes]
    return why
