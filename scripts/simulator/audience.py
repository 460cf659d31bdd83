"""Segments and consent: subscriptions, confirmation requests and their answers, and the size of segments."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import draw
from .plan import NEVER, Coded, Plan
from .tenant import OUTBOUND, WINDOW
from .vocabulary import SEGMENTS

DAY = 86400
PURPOSES = ["Newsletter", "Product updates", "Events", "Partner offers", "Surveys", "Account news"]
YES = ["Confirmed", "true", "Yes", "1"]
NO = ["false", "no"]
UNCLEAR = ["Maybe later"]
ANSWERS = YES + NO + UNCLEAR
CHANGES = {
    "subscribed": "SegmentSubscribed",
    "unsubscribed": "SegmentUnsubscribed",
    "edited": "SegmentRelationshipEdited",
    "counted": "SegmentMembersCountChanged",
}
WISHES = ["true", "1", "false"]  # the setting that a request is about


def simulate(plan: Plan) -> None:
    """Plan what outbound emails lead to on subscription pages, and the counts of segment members."""
    _confirmations(plan)
    _subscriptions(plan)
    place, at = plan.take("outbound_emails", 0.006, 3 * plan.floor)
    at = at + draw.late(plan.rng, len(at), 20000, 10 * DAY)
    _change(plan, "edited", place, at, _segments(plan, len(place)))
    count = 3 * plan.floor  # rows of the tenant, about nobody
    nobody = plan.add_places(np.full(count, -1), engine=OUTBOUND)
    at = plan.rng.integers(WINDOW[0], WINDOW[1], count)
    _change(plan, "counted", nobody, at, _segments(plan, count), plan.rng.integers(0, 30_000, count))
    segments = np.arange(len(SEGMENTS))
    plan.record(
        "segments",
        **plan.keys(np.zeros(len(SEGMENTS), np.int64)),
        segment=segments,
        segment_name=Coded(SEGMENTS, segments),
    )


def _confirmations(plan: Plan) -> None:
    """Plan requests to confirm a consent, and answers: yes, no, unclear, twice, none; and answers nobody asked for."""
    rng = plan.rng
    place, at = plan.take("outbound_emails", 0.008, 4 * plan.floor)
    place, at = np.concatenate([place, place[::5]]), np.concatenate([at, at[::5] + 9 * DAY])  # some are asked again
    count = len(place)
    ids = draw.guids(rng, count)
    purpose = plan.places("person")[place] % len(PURPOSES)  # the same one when asked again
    nameless, without_id = draw.chance(rng, count, 0.1), draw.chance(rng, count, 0.1)
    wish = Coded(WISHES, draw.quota(rng, [0.6, 0.35, 0.05], count, plan.floor))
    plan.emit(
        "ConfirmationRequest",
        place,
        at + 60,
        ConfirmationRequestId=ids,
        RequestObjectId=Coded(plan.tenant.guid_lists["RequestObjectId"].to_pylist(), np.where(without_id, -1, purpose)),
        RequestObjectName=Coded(PURPOSES, np.where(nameless, -1, purpose)),
        RequestObjectValue=wish,
    )
    answered = np.flatnonzero(draw.some(rng, count, 0.6, 3 * plan.floor))
    answered = np.concatenate([answered, answered[::9]])
    answered_at = at[answered] + 60 + draw.late(rng, len(answered), 7200, 10 * DAY)
    _answer(plan, place[answered], answered_at, ids.take(answered))
    stray, at = plan.take("outbound_emails", 0.0005, plan.floor)
    _answer(plan, stray, at + DAY, draw.guids(rng, len(stray)))


def _answer(plan: Plan, place: np.ndarray, at: np.ndarray, ids: pa.Array) -> None:
    """Plan responses to the requests `ids`; a third of them leave out the address, which the request has."""
    rng, count = plan.rng, len(place)
    answer = draw.quota(rng, [0.3, 0.3, 0.1, 0.1, 0.08, 0.06, 0.06], count, plan.floor)
    answer = np.where(draw.chance(rng, count, 0.03), -1, answer)
    address = plan.people.email.take(pa.array(plan.places("person")[place]))
    address = pc.if_else(pa.array(draw.chance(rng, count, 0.33)), pa.scalar(None, pa.string()), address)
    values = Coded(ANSWERS, answer)
    plan.emit(
        "ConfirmationResponse", place, at, ConfirmationRequestId=ids, ConfirmationValue=values, EmailAddressUsed=address
    )


def _subscriptions(plan: Plan) -> None:
    """Plan chains of one person and one segment: joined, left, joined again; and single changes."""
    place, at = plan.take("outbound_emails", 0.009, 3 * plan.floor)
    segment = _segments(plan, len(place))
    at = at + draw.late(plan.rng, len(at), 20000, 10 * DAY)
    _change(plan, "subscribed", place, at, segment)
    left = np.flatnonzero(draw.some(plan.rng, len(place), 0.35, plan.floor))
    # who leaves in the second of joining has left
    left_at = at[left] + np.where(draw.chance(plan.rng, len(left), 0.1), 0, DAY + at[left] % (60 * DAY))
    _change(plan, "unsubscribed", place[left], left_at, segment[left])
    _change(plan, "subscribed", place[left[::3]], left_at[::3] + 5 * DAY, segment[left[::3]])
    again = np.arange(0, len(place), 11)  # a second click on the same button
    _change(plan, "subscribed", place[again], at[again] + 30, segment[again])

    place, at = plan.take("outbound_emails", 0.007, 2 * plan.floor)
    at = at + draw.late(plan.rng, len(at), 20000, 10 * DAY)
    _change(plan, "unsubscribed", place, at, _segments(plan, len(place)))


def _segments(plan: Plan, count: int) -> np.ndarray:
    """Draw a segment for each row; a few rows name none."""
    drawn = plan.rng.integers(0, len(plan.tenant.segments), count)
    return np.where(draw.chance(plan.rng, count, 0.04), -1, drawn)


def _change(
    plan: Plan, change: str, place: np.ndarray, at: np.ndarray, segment: np.ndarray, members: np.ndarray | None = None
) -> None:
    """Plan changes of one kind to segments, and write them down."""
    count, entity = len(place), CHANGES[change]
    more = {"MembersCount": pa.array(members.astype(np.int32))} if members is not None else {}
    if change in ("subscribed", "unsubscribed"):
        more["FormSubmissionId"] = draw.guids(plan.rng, count)
    plan.emit(entity, place, at, SegmentId=Coded(plan.tenant.segments.to_pylist(), segment), **more)
    plan.record(
        "segment_changes",
        **plan.keys(place),
        interaction_type=Coded([entity], np.zeros(count)),
        change_type=Coded([change], np.zeros(count)),
        segment=segment,
        occurred_at=at,
        members=np.full(count, NEVER) if members is None else members.astype(np.int64),
    )
