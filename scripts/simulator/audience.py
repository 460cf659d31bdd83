"""Segments and consent: subscriptions, confirmation requests and their answers, and the size of segments."""

from __future__ import annotations

import numpy as np

from . import draw
from .plan import Plan
from .tenant import OUTBOUND, WINDOW


def simulate(plan: Plan) -> None:
    """Plan what outbound emails lead to on subscription pages, and the counts of segment members."""
    rng = plan.rng
    place, at = plan.take("outbound_emails", 0.01, 4 * plan.floor)
    ids = draw.guids(rng, len(place))
    plan.emit("ConfirmationRequest", place, at + 60, ConfirmationRequestId=ids)
    rows = np.flatnonzero(draw.some(rng, len(place), 0.6, 3 * plan.floor))
    answered_at = at[rows] + 60 + draw.late(rng, len(rows), 7200, 10 * 86400)
    plan.emit("ConfirmationResponse", place[rows], answered_at, ConfirmationRequestId=ids.take(rows))

    for entity, share in (
        ("SegmentSubscribed", 0.012),
        ("SegmentUnsubscribed", 0.01),
        ("SegmentRelationshipEdited", 0.006),
    ):
        place, at = plan.take("outbound_emails", share, 3 * plan.floor)
        plan.emit(entity, place, at + draw.late(rng, len(at), 20000, 10 * 86400))

    count = 3 * plan.floor  # rows of the tenant, about nobody
    nobody = plan.add_places(np.full(count, -1), engine=OUTBOUND)
    plan.emit("SegmentMembersCountChanged", nobody, rng.integers(WINDOW[0], WINDOW[1], count))
