"""What journeys lead to: experiments, goals, conversions; and what the tenant deletes."""

from __future__ import annotations

import numpy as np

from . import draw
from .people import CONTACT
from .plan import Plan
from .tenant import EXPERIMENT


def simulate(plan: Plan) -> None:
    """Plan the outcomes of runs and clicks, what outbound members trigger, and deletions."""
    rng = plan.rng
    place, at = plan.pools["steps"]
    kind = plan.tenant.step_kind[plan.places("step")[place]]
    experiments, decided_at = plan.with_message(place[kind == EXPERIMENT]), at[kind == EXPERIMENT]
    plan.emit("ExperimentationDistribution", experiments, decided_at - 1)
    won = np.flatnonzero(draw.some(rng, len(experiments), 0.2, 2 * plan.floor))
    plan.emit("ExperimentationGoal", experiments[won], decided_at[won] + 86400)
    rated = np.flatnonzero(draw.some(rng, len(experiments), 0.3, 2 * plan.floor))
    plan.emit("OptimizationFeedback", experiments[rated], decided_at[rated] + 7200)

    place, at = plan.take("real_time_clicks", 0.25, 3 * plan.floor)
    plan.emit("GoalEvent", place, at + draw.late(rng, len(at), 40000, 25 * 86400))
    place, at = plan.take(("real_time_clicks", "outbound_clicks"), 0.2, 4 * plan.floor)
    plan.emit("ConversionEventTouchPoint", place, at + draw.late(rng, len(at), 90000, 30 * 86400))

    place, at = plan.take("custom_activities", 0.1, 3 * plan.floor)
    plan.emit("CustomChannelResponse", place, at + draw.late(rng, len(at), 20000, 10 * 86400))

    place, at = plan.take("persons", 0.004, 4 * plan.floor)
    contacts = plan.people.kind[plan.places("person")[place]] == CONTACT
    deleted = plan.people.ids.take(plan.places("person")[place][contacts])
    plan.emit("ContactDeleted", place[contacts], at[contacts], DeletedContactId=deleted)
    plan.emit("EntityDeleted", place, at + 5)
