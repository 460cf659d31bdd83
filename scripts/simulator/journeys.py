"""Real-time journeys: who enters, which steps each run takes, and how the run ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from . import draw
from .plan import NEVER, Coded, Plan, earliest
from .tenant import REAL_TIME, VERSIONS, VOICE, WAIT, WINDOW
from .vocabulary import (
    DROP_OFF_CATEGORIES,
    DROP_OFF_REASONS,
    END_REASONS,
    FAILURE_REASONS,
    POSTPONE_REASONS,
    PRE_ENTRY_REASONS,
    UNRESOLVED_REASONS,
)

ENTRIES = [
    "entered",
    "healed",
    "end_only",
    "dropped_then_entered",
    "dropped_before_entry",
    "failed",
    "unresolved",
    "pending",
]
ENTRY_WEIGHTS = [0.885, 0.02, 0.008, 0.005, 0.04, 0.012, 0.02, 0.01]
ENTRY_OUTCOMES = ["entered", "dropped_before_entry", "failed", "unresolved", "pending"]
OUTCOME_OF_ENTRY = np.array([0, 0, 0, 0, 1, 2, 3, 4])
ENTERED, HEALED, END_ONLY, DROPPED_THEN_ENTERED, DROPPED, FAILED_ENTRY, UNRESOLVED, PENDING = range(8)

RUN_OUTCOMES = ["completed", "cancelled_by_failure", "exited_by_rule", "suppressed", "stopped", "exited", "in_progress"]
RUN_WEIGHTS = [0.60, 0.02, 0.08, 0.03, 0.02, 0.04, 0.21]
COMPLETED, CANCELLED, EXITED_BY_RULE, SUPPRESSED, STOPPED, EXITED, IN_PROGRESS = range(7)
END_ENTITIES = [
    "JourneyEventCompleted",
    "JourneyEventCancelledByActionFailure",
    "JourneyEventCancelledByExitEvent",
    "JourneyEventCancelledBySupressionSegment",
    "JourneyEventCancelledByJourneyStopped",
    "JourneyEventExited",
]

STEP_OUTCOMES = ["processed", "failed", "dropped_off", "postponed", "in_progress"]
PROCESSED, FAILED, DROPPED_OFF, POSTPONED, RUNNING = range(5)


@dataclass
class Attempts:
    """Messages that a step tried to send: the `place`, the time `at`, and whether it is `stopped` before the send."""

    place: np.ndarray
    at: np.ndarray
    stopped: np.ndarray


def reasons(rng: np.random.Generator, options: list[tuple], count: int, floor: int = 0) -> dict[str, Coded]:
    """Draw `count` pairs of Reason and ReasonDetail from `options`."""
    drawn = draw.quota(rng, np.ones(len(options)), count, floor)
    return {"Reason": pick(options, 0, drawn), "ReasonDetail": pick(options, 1, drawn)}


def pick(options: list[tuple], column: int, drawn: np.ndarray) -> Coded:
    """Return one column of the `drawn` options; an option without a value (None) gives null."""
    values = [option[column] for option in options]
    present = [value for value in values if value is not None]
    code = np.array([present.index(value) if value is not None else -1 for value in values], dtype=np.int32)
    return Coded(present or [""], code[drawn])


def choose_journeys(plan: Plan, person: np.ndarray) -> np.ndarray:
    """Give each person a real-time journey of their organization and kind; early journeys are the popular ones."""
    tenant, people = plan.tenant, plan.people
    journey = np.empty(len(person), dtype=np.int32)
    group = people.organization[person] * 3 + people.kind[person]
    for code in range(6):
        organization, kind = divmod(code, 3)
        fits = (
            (tenant.journey_engine == REAL_TIME)
            & (tenant.journey_organization == organization)
            & (tenant.journey_audience == kind)
        )
        options = np.flatnonzero(fits)
        members = np.flatnonzero(group == code)
        journey[members] = options[draw.choice(plan.rng, 1 / np.sqrt(np.arange(2, len(options) + 2)), len(members))]
    return journey


def simulate(plan: Plan, count: int) -> Attempts:
    """Plan `count` runs of real-time journeys with their steps, and return the messages that the steps try to send."""
    rng, tenant = plan.rng, plan.tenant
    person = np.sort(rng.integers(0, len(plan.people), count))
    journey = choose_journeys(plan, person)
    run = np.arange(count)
    plan.run_ids = draw.guids(rng, count)

    entry = draw.quota(rng, ENTRY_WEIGHTS, count, plan.floor)
    entered = entry <= DROPPED_THEN_ENTERED
    known = ~draw.chance(rng, count, 0.01) & ~((entry == UNRESOLVED) & draw.chance(rng, count, 0.6))
    end = draw.quota(rng, RUN_WEIGHTS, count, 2 * plan.floor)
    end = np.where((entry == END_ONLY) & (end == IN_PROGRESS), COMPLETED, end)
    length = tenant.journey_length[journey]
    cut_short = 1 + (rng.random(count) * length).astype(np.int64)
    steps = np.where(entered, np.where(end == COMPLETED, length, cut_short), 0)

    first_step = tenant.journey_steps[journey, 0, 0]
    start = tenant.journey_start[journey]
    inflow_at = start + (rng.random(count) * (WINDOW[1] - start)).astype(np.int64)
    entered_at = inflow_at + draw.seconds(rng, count, 20, 120) + np.where(entry == HEALED, 1200, 0)
    places = plan.add_places(
        person,
        engine=REAL_TIME,
        known=known,
        journey=journey,
        run=run,
        step=first_step,
        message=tenant.step_message[first_step],
    )
    attempt = _attempts_without_a_run(plan, places, entry, inflow_at)
    version = tenant.journey_version[journey] - (inflow_at < tenant.journey_changed_at[journey])
    taken = _Steps(plan, places, steps, end, entered_at, version)
    last_place, ended_at = places.copy(), entered_at.copy()
    last_place[taken.run[taken.is_last]] = taken.place[taken.is_last]
    ended_at[taken.run[taken.is_last]] = taken.done_at[taken.is_last]
    ended_at += draw.seconds(rng, count, 5, 90)
    _emit_runs(plan, places, last_place, entry, end, inflow_at, entered_at, ended_at, taken, attempt, version)
    return taken.attempts()


def _attempts_without_a_run(plan: Plan, places: np.ndarray, entry: np.ndarray, inflow_at: np.ndarray) -> np.ndarray:
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


def _emit_runs(plan, places, last_place, entry, end, inflow_at, entered_at, ended_at, taken, attempt, version) -> None:
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


class _Steps:
    """The steps of all runs: what each one does, and when. Arrays hold one value per step, `run` its run."""

    def __init__(
        self,
        plan: Plan,
        run_places: np.ndarray,
        lengths: np.ndarray,
        end: np.ndarray,
        entered_at: np.ndarray,
        version: np.ndarray,
    ):
        """Decide the steps of runs with `lengths` steps each that `end` as drawn and were entered at `entered_at`."""
        rng, tenant = plan.rng, plan.tenant
        self.plan = plan
        self.run = np.repeat(np.arange(len(lengths)), lengths)
        count = len(self.run)
        first = np.repeat(np.cumsum(lengths) - lengths, lengths)
        position = np.arange(count) - first
        self.is_last = position == lengths[self.run] - 1
        journey = plan.places("journey")[run_places][self.run]
        branch = draw.chance(rng, len(lengths), 0.35).astype(np.int8)[self.run]
        step = tenant.journey_steps[journey, position, branch]
        parent = np.where(position == 0, -1, np.roll(step, 1))
        self.kind = tenant.step_kind[step]
        self.logged = tenant.journey_logs_steps[journey]
        message = tenant.step_message[step]
        variants = np.where(message >= 0, tenant.message_variants[message], 1)
        self.place = plan.add_places(
            plan.places("person")[run_places][self.run],
            engine=REAL_TIME,
            known=plan.places("known")[run_places][self.run],
            journey=journey,
            run=self.run,
            step=step,
            parent=parent,
            message=message,
            variant=np.where(variants > 1, (rng.random(count) * variants).astype(np.int8), -1),
        )
        self.version = version[self.run]
        self._decide_outcomes(end)
        self._decide_times(first, entered_at)
        self._emit(position, lengths)

    def _decide_outcomes(self, end: np.ndarray) -> None:
        """All steps but the last are processed; the last one follows from how the run ends."""
        rng, count = self.plan.rng, len(self.run)
        ending = end[self.run]
        left = np.isin(ending, (EXITED_BY_RULE, SUPPRESSED, STOPPED)) & draw.chance(rng, count, 0.8)
        waiting = np.where(draw.chance(rng, count, 0.35), POSTPONED, RUNNING)
        last = np.select([ending == CANCELLED, left, ending == IN_PROGRESS], [FAILED, DROPPED_OFF, waiting], PROCESSED)
        self.state = np.where(self.is_last, last, PROCESSED).astype(np.int8)
        self.settled = self.state <= DROPPED_OFF
        again = draw.chance(rng, count, 0.06) & (self.kind <= VOICE)
        self.resumptions = np.where(again, 1 + draw.choice(rng, [0.8, 0.15, 0.05], count), 0).astype(np.int64)
        lost = self.settled & (self.resumptions > 0) & draw.chance(rng, count, 0.05)  # a resumption that was not logged
        self.postponements = self.resumptions + ((self.state == POSTPONED) | lost)

    def _decide_times(self, first: np.ndarray, run_entered_at: np.ndarray) -> None:
        """Lay the steps of each run end to end; `first` is the position of the first step of the same run."""
        rng, count = self.plan.rng, len(self.run)
        self.pause = draw.seconds(rng, count, 3600, 14 * 3600) * (self.postponements > 0)
        work = np.where(self.kind == WAIT, draw.seconds(rng, count, 3600, 5 * 86400), draw.seconds(rng, count, 5, 240))
        # two postponements may be open at once, and what takes no time leaves two steps in one second
        overlap = draw.chance(rng, count, 0.3)
        self.until_postponed_again = np.where(overlap, self.pause // 2, self.pause + 60)
        instant = (self.kind > WAIT) & ~self.is_last & draw.chance(rng, count, 0.5)
        duration = np.where(instant, 0, self.postponements * (self.pause + 60) + work)
        until_next = duration + np.where(instant, 0, draw.seconds(rng, count, 1, 30))
        before = np.cumsum(until_next) - until_next
        self.entered_at = run_entered_at[self.run] + 3 + before - before[first]
        self.done_at = self.entered_at + duration

    def _emit(self, position: np.ndarray, lengths: np.ndarray) -> None:
        """Plan the ActionEvent* rows and record the truth about the steps of journeys that log them."""
        plan, rng, count = self.plan, self.plan.rng, len(self.run)
        missing_at = np.where(
            draw.chance(rng, len(lengths), 0.015), (rng.random(len(lengths)) * lengths).astype(np.int64), -1
        )
        self.shown_at = np.where((position == missing_at[self.run]) & self.settled, NEVER, self.entered_at)
        logged = self.logged
        shown = logged & (self.shown_at != NEVER)
        plan.emit("ActionEventInflow", self.place[shown], self.shown_at[shown])

        last_event = self.shown_at.copy()
        for turn in range(int(self.postponements.max(initial=0))):
            postponed_at = self.entered_at + 2 + turn * self.until_postponed_again
            held = logged & (self.postponements > turn)
            plan.emit(
                "ActionEventPostponed",
                self.place[held],
                postponed_at[held],
                **reasons(rng, POSTPONE_REASONS, held.sum()),
            )
            freed = logged & (self.resumptions > turn)
            plan.emit("ActionEventResumed", self.place[freed], (postponed_at + self.pause)[freed])
            last_event = np.where(self.postponements > turn, np.maximum(last_event, postponed_at), last_event)
            last_event = np.where(
                self.resumptions > turn, np.maximum(last_event, postponed_at + self.pause), last_event
            )

        # further terminal events, just after the entry or after the one that counts; they never outrank it
        early = draw.chance(rng, count, 0.5)
        other_at = np.where(early, self.entered_at + 1, self.done_at + 45)
        also_failed = draw.chance(rng, count, 0.006) & (self.state == PROCESSED)
        also_dropped = draw.some_of(rng, self.state <= FAILED, 0.006, plan.floor)
        twice = draw.chance(rng, count, 0.004) & (self.state == PROCESSED)
        processed_at = np.where(self.state == PROCESSED, self.done_at, NEVER)
        failed_at = np.where(self.state == FAILED, self.done_at, np.where(also_failed, other_at, NEVER))
        dropped_at = np.where(self.state == DROPPED_OFF, self.done_at, np.where(also_dropped, other_at, NEVER))
        reason = reasons(rng, DROP_OFF_REASONS, count)
        for entity, at, why in (
            ("ActionEventProcessed", processed_at, {}),
            ("ActionEventSystemFailure", failed_at, reasons(rng, FAILURE_REASONS, count)),
            ("ActionEventDropoff", dropped_at, reason),
        ):
            rows = logged & (at != NEVER)
            chosen = {name: Coded(column.values, column.codes[rows]) for name, column in why.items()}
            plan.emit(entity, self.place[rows], at[rows], **chosen)
            last_event = np.maximum(last_event, at)
        again = logged & twice
        plan.emit("ActionEventProcessed", self.place[again], self.done_at[again] + 30)
        last_event = np.where(twice, np.maximum(last_event, self.done_at + 30), last_event)
        self.dropped_at = dropped_at

        dwell = np.where(self.settled & (self.shown_at != NEVER), self.done_at - self.entered_at, NEVER)
        plan.record(
            "steps",
            **{name: values[logged] for name, values in plan.keys(self.place).items()},
            entered_at=self.shown_at[logged],
            processed_at=processed_at[logged],
            dropped_off_at=dropped_at[logged],
            failed_at=failed_at[logged],
            first_postponed_at=np.where(self.postponements > 0, self.entered_at + 2, NEVER)[logged],
            postponements=self.postponements[logged],
            resumptions=self.resumptions[logged],
            dwell_seconds=dwell[logged],
            step_outcome=Coded(STEP_OUTCOMES, self.state[logged]),
            drop_off_type=Coded(["ActionEventDropoff"], np.where(dropped_at != NEVER, 0, -1)[logged]),
            drop_off_reason=Coded(
                reason["Reason"].values, np.where(dropped_at != NEVER, reason["Reason"].codes, -1)[logged]
            ),
            drop_off_reason_detail=Coded(
                reason["ReasonDetail"].values, np.where(dropped_at != NEVER, reason["ReasonDetail"].codes, -1)[logged]
            ),
            drop_off_category=Coded(
                DROP_OFF_CATEGORIES, np.where(dropped_at != NEVER, reason["Reason"].codes, -1)[logged]
            ),
            last_event_at=last_event[logged],
            step_number=(position + 1)[logged],  # each step names the one before it
            postponed_seconds=self._postponed_seconds()[logged],
            journey_version=Coded(VERSIONS, self.version[logged]),
        )
        plan.offer("steps", self.place[self.state == PROCESSED], self.done_at[self.state == PROCESSED])

    def _postponed_seconds(self) -> np.ndarray:
        """Return the seconds in which a postponement was open that ended; those that overlap count once."""
        each_further = np.minimum(self.pause, self.until_postponed_again)
        return np.where(self.resumptions > 0, self.pause + (self.resumptions - 1) * each_further, 0)

    def attempts(self) -> Attempts:
        """Return what the message steps try to send: those processed, and some that a block made people leave."""
        known = self.plan.places("known")[self.place]
        stopped = (self.state == DROPPED_OFF) & known & draw.chance(self.plan.rng, len(self.run), 0.6)
        tries = (self.kind <= VOICE) & ((self.state == PROCESSED) | stopped)
        return Attempts(self.place[tries], self.done_at[tries] - 1, stopped[tries])
