"""When an event arrived in the product: mostly within the hour, some days later, a few (by a wrong clock) before it."""

from __future__ import annotations

import numpy as np

from . import draw
from .plan import Coded, Plan, timestamps

ENTITY = "ConversionEventTouchPoint"  # the one that says so


def simulate(plan: Plan) -> None:
    """Decide the arrival of each conversion that was planned."""
    rng = plan.rng
    for moment in plan.moments:
        if moment.entity == ENTITY:
            count = len(moment)
            slow = draw.chance(rng, count, 0.15)
            delay = np.where(slow, draw.late(rng, count, 70000, 20 * 86400), draw.late(rng, count, 600, 86400))
            arrived_at = moment.at + np.where(draw.chance(rng, count, 0.02), -2, delay)
            moment.values["EventArrivalTimestamp"] = timestamps(arrived_at)
            plan.record(
                "arrivals",
                **plan.keys(moment.place),
                interaction_type=Coded([ENTITY], np.zeros(count, np.int8)),
                occurred_at=moment.at,
                arrived_at=arrived_at,
            )
