"""The steps of real-time runs: which each run takes, when, and what becomes of each."""

from __future__ import annotations

import numpy as np

from . import draw
from .attempts import Attempts
from .journey_codes import (
    CANCELLED,
    DROPPED_OFF,
    EXITED_BY_RULE,
    FAILED,
    IN_PROGRESS,
    POSTPONED,
    PROCESSED,
    RUNNING,
    STEP_OUTCOMES,
    STOPPED,
    SUPPRESSED,
)
from .journey_reasons import DROP_OFF_CATEGORIES, DROP_OFF_REASONS, FAILURE_REASONS, POSTPONE_REASONS, reasons
from .plan import NEVER, Coded, Plan
from .tenant import REAL_TIME, VERSIONS, VOICE, WAIT


class Steps:
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
