"""Segments and consent: subscriptions, confirmation requests and their answers, and the size of segments."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import draw
from .plan import NEVER, Coded, Plan
from .tenant import OUTBOUND, WINDOW
from .vocabulary import SEGMENTS


def simulate(plan: Plan) -> None:
    """Plan what outbound emails lead to on subscription pages, and the counts of segment members."""
    rng = plan.rng
    place, at = plan.take("outbound_emails", 0.01, 4 * plan.floor)
    ids = draw.guids(rng, len(place))
    plan.emit("ConfirmationRequest", place, at + 60, ConfirmationRequestId=ids)
    rows = np.flatnonzero(draw.some(rng, len(place), 0.6, 3 * plan.floor))
    answered_at = at[rows] + 60 + draw.late(rng, len(rows), 7200, 10 * 86400)
    plan.emit("ConfirmationResponse", place[rows], answered_at, ConfirmationRequestId=ids.take(rows))

    for entity, change, share in (
        ("SegmentSubscribed", "subscribed", 0.012),
        ("SegmentUnsubscribed", "unsubscribed", 0.01),
        ("SegmentRelationshipEdited", "edited", 0.006),
    ):
        place, at = plan.take("outbound_emails", share, 3 * plan.floor)
        _change(plan, entity, change, place, at + draw.late(rng, len(at), 20000, 10 * 86400))

    count = 3 * plan.floor  # rows of the tenant, about nobody
    nobody = plan.add_places(np.full(count, -1), engine=OUTBOUND)
    members = rng.integers(0, 30_000, count).astype(np.int64)
    at = rng.integers(WINDOW[0], WINDOW[1], count)
    _change(plan, "SegmentMembersCountChanged", "counted", nobody, at, members)
    segments = np.arange(len(SEGMENTS))
    plan.record(
        "segments",
        **plan.keys(np.zeros(len(SEGMENTS), np.int64)),
        segment=segments,
        segment_name=Coded(SEGMENTS, segments),
    )


def _change(
    plan: Plan, entity: str, change: str, place: np.ndarray, at: np.ndarray, members: np.ndarray | None = None
) -> None:
    """Plan changes of segments and write them down."""
    count = len(place)
    segment = plan.rng.integers(0, len(SEGMENTS), count)
    counted = {} if members is None else {"MembersCount": pa.array(members.astype(np.int32))}
    plan.emit(entity, place, at, SegmentId=Coded(plan.tenant.segments.to_pylist(), segment), **counted)
    plan.record(
        "segment_changes",
        **plan.keys(place),
        interaction_type=Coded([entity], np.zeros(count)),
        change_type=Coded([change], np.zeros(count)),
        segment=segment,
        occurred_at=at,
        members=np.full(count, NEVER) if members is None else members,
    )
