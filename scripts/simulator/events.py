"""Events and their sessions: registrations, waiting lists, cancellations and check-ins."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import draw
from .plan import Coded, Plan

DAY = 86400


def simulate(plan: Plan) -> None:
    """Plan event and session registrations after clicks; each later row names the registration that it is about."""
    rng = plan.rng
    place, at = plan.take(("real_time_clicks", "outbound_clicks"), 0.06, 6 * plan.floor)
    event, ids = _events(plan, len(place)), draw.guids(rng, len(place))
    plan.emit("EventRegistration", place, at + 300, EventRegistrationId=ids, EventId=event)
    came = np.flatnonzero(draw.some(rng, len(place), 0.55, 4 * plan.floor))
    plan.emit("EventCheckIn", place[came], at[came] + 14 * DAY, EventId=Coded(event.values, event.codes[came]))

    # the other entities exist for real-time journeys only
    place, at = plan.take("real_time_clicks", 0.05, 5 * plan.floor)
    event, ids = _events(plan, len(place)), draw.guids(rng, len(place))
    waits = draw.some(rng, len(place), 0.35, 2 * plan.floor)
    _emit(plan, "EventRegistrationWaitlisted", place, at + 300, event, "EventRegistrationId", ids, waits)
    moved_up = draw.some_of(rng, waits, 0.8, plan.floor)
    _emit(
        plan, "EventRegistrationCreatedFromWaitlist", place, at + 2 * DAY, event, "EventRegistrationId", ids, moved_up
    )
    _emit(plan, "EventRegistration", place, at + 300, event, "EventRegistrationId", ids, ~waits)
    gone = draw.some_of(rng, ~waits, 0.5, plan.floor)
    _emit(plan, "EventRegistrationCanceled", place, at + 5 * DAY, event, "EventRegistrationId", ids, gone)

    place, at = plan.take("real_time_clicks", 0.04, 4 * plan.floor)
    event, ids, sessions = _events(plan, len(place)), draw.guids(rng, len(place)), draw.guids(rng, len(place))
    everyone = np.ones(len(place), dtype=bool)
    _emit(
        plan, "SessionRegistrationWaitlisted", place, at + 400, event, "SessionRegistrationId", ids, everyone, sessions
    )
    moved_up = draw.some(rng, len(place), 0.6, 2 * plan.floor)
    _emit(
        plan,
        "SessionRegistrationCreatedFromWaitlist",
        place,
        at + DAY,
        event,
        "SessionRegistrationId",
        ids,
        moved_up,
        sessions,
    )
    gone = np.flatnonzero(draw.some(rng, len(place), 0.4, 2 * plan.floor))
    plan.emit("SessionRegistrationCanceled", place[gone], at[gone] + 3 * DAY, SessionId=sessions.take(gone))


def _events(plan: Plan, count: int) -> Coded:
    """Return which event each of `count` registrations is for."""
    ids = plan.tenant.guid_lists["EventId"].to_pylist()
    return Coded(ids, draw.choice(plan.rng, np.ones(len(ids)), count))


def _emit(
    plan, entity, place, at, event: Coded, key: str, ids: pa.Array, chosen: np.ndarray, sessions: pa.Array | None = None
) -> None:
    """Plan rows of `entity` for the `chosen` registrations; `key` is the column that holds the registration's id."""
    rows = np.flatnonzero(chosen)
    session = {} if sessions is None else {"SessionId": sessions.take(rows)}
    words = {"EventId": Coded(event.values, event.codes[rows]), key: ids.take(rows)} | session
    plan.emit(entity, place[rows], at[rows], **words)
