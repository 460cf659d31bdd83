"""Events and their sessions: registrations, waiting lists, cancellations and check-ins."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import draw
from .plan import NEVER, Coded, Plan, earliest

DAY = 86400
# What a registration became, in the order of precedence.
OUTCOMES = ["checked_in", "cancelled", "registered", "waitlisted"]


def simulate(plan: Plan) -> None:
    """Plan event and session registrations after clicks.

    Check-ins and cancelled sessions name no registration, so a person has one of each event or session at a time, and
    a later one only where this module says so.
    """
    place, at, event = _appointments(
        plan, [(("real_time_clicks", "outbound_clicks"), 0.06, 6), ("real_time_clicks", 0.05, 5)], "EventId"
    )
    _events(plan, place, at, event)
    place, at, session = _appointments(plan, [("real_time_clicks", 0.04, 5)], "EventSessionId")
    _sessions(plan, place, at, session)


def _appointments(plan: Plan, takes: list[tuple], ids: str) -> tuple[np.ndarray, np.ndarray, Coded]:
    """Take places, with their times and which event (or session) each is for; no person has the same one twice."""
    parts = [plan.take(pools, share, rows * plan.floor) for pools, share, rows in takes]
    place, at = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    values = plan.tenant.guid_lists[ids].to_pylist()
    person = plan.places("person")[place]
    turn = draw.turns(person)
    kept = turn < len(values)
    return place[kept], at[kept], Coded(values, ((person * 5 + turn) % len(values))[kept])


def _events(plan: Plan, place: np.ndarray, at: np.ndarray, event: Coded) -> None:
    """Plan event registrations: some from a waiting list, some cancelled, some made again, some never seen made."""
    rng, floor, count = plan.rng, plan.floor, len(place)
    # only real-time journeys have more than registrations and check-ins
    plain = plan.places("engine")[place] != 0
    walks_in = draw.some(rng, count, 0.04, floor)
    waits = draw.some_of(rng, ~plain & ~walks_in, 0.2, 3 * floor)
    moves = draw.some_of(rng, waits, 0.7, 2 * floor)
    registers = ~walks_in & ~waits
    cancels = draw.some_of(rng, ~plain & (registers | waits), 0.3, 3 * floor)
    returns = draw.some_of(rng, cancels & registers, 0.25, min(1, floor))  # with the same registration
    again = draw.some_of(rng, cancels & ~returns, 0.3, floor)  # with a new one
    comes = walks_in | draw.some_of(rng, (registers | moves) & (~cancels | returns), 0.55, 4 * floor)
    comes_again = draw.some_of(rng, again, 0.5, min(1, floor))
    early = draw.some_of(rng, comes & registers & ~cancels, 0.05, min(1, floor))  # the check-in came first
    twice = draw.some_of(rng, comes, 0.1, min(1, floor))

    ids, new_ids = draw.guids(rng, count), draw.guids(rng, count)
    registered_at = np.where(registers, at + 300, NEVER)
    waitlisted_at = np.where(waits, at + 300, NEVER)
    moved_at = np.where(moves, at + 2 * DAY, NEVER)
    cancelled_at = np.where(cancels, at + 5 * DAY, NEVER)
    returned_at = np.where(returns, at + 6 * DAY, NEVER)
    again_at = np.where(again, at + 7 * DAY, NEVER)
    checked_at = np.where(comes, np.where(early, at + 200, at + 14 * DAY), NEVER)
    later_at = np.where(twice, at + 14 * DAY + 3600, NEVER)
    again_checked_at = np.where(comes_again, at + 14 * DAY, NEVER)
    for entity, moment, key in (
        ("EventRegistration", registered_at, ids),
        ("EventRegistration", returned_at, ids),
        ("EventRegistration", again_at, new_ids),
        ("EventRegistrationWaitlisted", waitlisted_at, ids),
        ("EventRegistrationCreatedFromWaitlist", moved_at, ids),
        ("EventRegistrationCanceled", cancelled_at, ids),
        ("EventCheckIn", checked_at, None),
        ("EventCheckIn", later_at, None),
        ("EventCheckIn", again_checked_at, None),
    ):
        _emit(plan, entity, place, moment, EventId=event, EventRegistrationId=key)

    # a check-in of somebody unknown belongs to no registration that anybody could find, and stands alone
    known = plan.places("known")[place]
    ledger = _Ledger(plan, "event", place, event, None)
    seen, seen_later = (np.where(known, moment, NEVER) for moment in (checked_at, later_at))
    ledger.record(
        ~walks_in,
        ids,
        registered_at=earliest(registered_at, moved_at),
        waitlisted_at=waitlisted_at,
        moved_from_waitlist_at=moved_at,
        cancelled_at=cancelled_at,
        is_cancelled=cancels & ~returns,
        check_ins=[seen, seen_later],
    )
    ledger.record(again, new_ids, registered_at=again_at, check_ins=[np.where(known, again_checked_at, NEVER)])
    ledger.record(walks_in & known, None, check_ins=[checked_at, later_at])
    for moment in (checked_at, later_at, again_checked_at):
        ledger.record(~known & (moment != NEVER), None, check_ins=[moment])


def _sessions(plan: Plan, place: np.ndarray, at: np.ndarray, session: Coded) -> None:
    """Plan session registrations: all of them begin on a waiting list; a cancellation names person and session only."""
    rng, floor, count = plan.rng, plan.floor, len(place)
    events = plan.tenant.guid_lists["EventId"].to_pylist()
    event = Coded(events, session.codes % len(events))
    waits = ~draw.some(rng, count, 0.06, floor)  # of the others only the cancellation is there
    moves = draw.some_of(rng, waits, 0.6, 2 * floor)
    cancels = ~waits | draw.some_of(rng, waits, 0.35, 2 * floor)
    again = draw.some_of(rng, waits & cancels, 0.3, min(1, floor))
    cancels_again = draw.some_of(rng, again, 0.5, min(1, floor))

    ids, new_ids = draw.guids(rng, count), draw.guids(rng, count)
    waitlisted_at = np.where(waits, at + 400, NEVER)
    moved_at = np.where(moves, at + DAY, NEVER)
    cancelled_at = np.where(cancels, at + 3 * DAY, NEVER)
    again_at = np.where(again, at + 4 * DAY, NEVER)
    again_cancelled_at = np.where(cancels_again, at + 6 * DAY, NEVER)
    for entity, moment, key in (
        ("SessionRegistrationWaitlisted", waitlisted_at, ids),
        ("SessionRegistrationWaitlisted", again_at, new_ids),
        ("SessionRegistrationCreatedFromWaitlist", moved_at, ids),
        ("SessionRegistrationCanceled", cancelled_at, None),
        ("SessionRegistrationCanceled", again_cancelled_at, None),
    ):
        named = {} if key is None else {"EventId": event, "SessionRegistrationId": key}
        _emit(plan, entity, place, moment, SessionId=session, **named)

    known = plan.places("known")[place]
    ledger = _Ledger(plan, "session", place, event, session)
    ledger.record(
        waits,
        ids,
        registered_at=moved_at,
        waitlisted_at=waitlisted_at,
        moved_from_waitlist_at=moved_at,
        cancelled_at=np.where(known, cancelled_at, NEVER),
    )
    ledger.record(again, new_ids, waitlisted_at=again_at, cancelled_at=np.where(known, again_cancelled_at, NEVER))
    # the cancellation has no columns for event and journey
    ledger.record(~waits & known, None, cancelled_at=cancelled_at)
    for moment in (cancelled_at, again_cancelled_at):
        ledger.record(~known & (moment != NEVER), None, cancelled_at=moment)


def _emit(plan: Plan, entity: str, place: np.ndarray, moment: np.ndarray, **columns: Coded | pa.Array | None) -> None:
    """Plan a row of `entity` for each place with a `moment`."""
    rows = np.flatnonzero(moment != NEVER)
    values = {
        name: Coded(column.values, column.codes[rows]) if isinstance(column, Coded) else column.take(rows)
        for name, column in columns.items()
        if column is not None
    }
    plan.emit(entity, place[rows], moment[rows], **values)


class _Ledger:
    """Writes down what became of registrations of one kind."""

    def __init__(self, plan: Plan, kind: str, place: np.ndarray, event: Coded, session: Coded | None):
        self.plan, self.kind, self.place, self.event, self.session = plan, kind, place, event, session

    def record(
        self,
        chosen: np.ndarray,
        ids: pa.Array | None,
        *,
        check_ins: list[np.ndarray] | None = None,
        is_cancelled: np.ndarray | None = None,
        **times: np.ndarray,
    ) -> None:
        """Write down the `chosen` registrations. Times left out did not happen, nor did check-ins before the first."""
        rows = np.flatnonzero(chosen)
        count, never = len(rows), np.full(len(rows), NEVER)
        names = ("registered_at", "waitlisted_at", "moved_from_waitlist_at", "cancelled_at")
        found = {name: times[name][rows] if name in times else never for name in names}
        happened = {name: moment != NEVER for name, moment in found.items()}
        seen = np.stack([moment[rows] for moment in check_ins] if check_ins else [never])
        cancelled = happened["cancelled_at"] if is_cancelled is None else is_cancelled[rows]
        came = (seen != NEVER).any(axis=0)
        outcome = np.select([came, cancelled, happened["registered_at"]], [0, 1, 2], 3)
        keys = self.plan.keys(self.place[rows])
        keys["home"] = keys["journey"]
        event = self.event.codes[rows]
        if ids is None and self.session:
            event = np.full(count, -1)
            keys |= {name: np.full(count, -1) for name in ("journey", "run", "iteration", "step")}
        self.plan.record(
            "registrations",
            **keys,
            **found,
            registration_type=Coded([self.kind], np.zeros(count)),
            registration_id=pa.nulls(count, pa.string()) if ids is None else ids.take(rows),
            event_id=Coded(self.event.values, event),
            session_id=Coded(self.session.values, self.session.codes[rows])
            if self.session
            else Coded([""], np.full(count, -1)),
            first_checked_in_at=earliest(*seen),
            check_ins=(seen != NEVER).sum(axis=0),
            was_registered=happened["registered_at"],
            was_waitlisted=happened["waitlisted_at"],
            was_moved_from_waitlist=happened["moved_from_waitlist_at"],
            was_cancelled=happened["cancelled_at"],
            was_checked_in=came,
            registration_outcome=Coded(OUTCOMES, outcome),
        )
