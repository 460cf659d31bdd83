"""What journeys lead to: records, experiments, goals, conversions, scores; and what the tenant deletes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import draw
from .people import CONTACT, LEAD
from .plan import Coded, Plan
from .tenant import EXPERIMENT, RECORD


def simulate(plan: Plan) -> None:
    """Plan the outcomes of runs and clicks, what outbound members trigger, and deletions."""
    rng = plan.rng
    place, at = plan.pools["steps"]
    kind = plan.tenant.step_kind[plan.places("step")[place]]
    records = plan.with_message(place[kind == RECORD])
    plan.emit(
        "CreateRecord", records, at[kind == RECORD], ActionStatus=Coded(["Created"], np.zeros(len(records), np.int8))
    )

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

    place, at = plan.pools["members"]
    plan.emit("CustomerJourneyIterationStarted", place, at)
    for entity, share in (("CustomerJourneyContactRecordUpdated", 0.06), ("LeadScoreBoost", 0.04)):
        place, at = plan.take("members", share, 3 * plan.floor)
        plan.emit(entity, place, at + draw.late(rng, len(at), 90000, 25 * 86400))
    place, at = plan.take("custom_activities", 0.1, 3 * plan.floor)
    plan.emit("CustomChannelResponse", place, at + draw.late(rng, len(at), 20000, 10 * 86400))

    _deletions(plan)


def _deletions(plan: Plan) -> None:
    """Plan deleted records. Some contacts are reported twice, as such and as an entity; other persons as the latter."""
    rng = plan.rng
    place, at = plan.take("persons", 0.004, 4 * plan.floor)
    person = plan.places("person")[place]
    ids, kind = plan.people.ids.take(pa.array(person)), plan.people.kind[person]
    contacts = np.flatnonzero(kind == CONTACT)
    plan.emit("ContactDeleted", place[contacts], at[contacts], DeletedContactId=ids.take(contacts))

    types = ["contact", "lead", "account", "msdynmkt_email"]
    code = np.where(kind == LEAD, 1, 2 + rng.integers(0, 2, len(place)))
    again = (kind == CONTACT) & draw.chance(rng, len(place), 0.3)
    code[again] = 0
    fresh = pa.array(code > 1)
    records = pc.if_else(fresh, draw.guids(rng, len(place)), ids)
    plan.emit("EntityDeleted", place, at + 5, DeletedEntityType=Coded(types, code), DeletedEntityId=records)
    for chosen, record, code_of, deleted_at, deletions in (
        (kind == CONTACT, ids, np.zeros(len(place), np.int64), at, 1 + again),
        (~again, records, code, at + 5, np.ones(len(place), np.int64)),
    ):
        rows = np.flatnonzero(chosen)
        plan.record(
            "deletions",
            **plan.keys(place[rows]),
            record_type=Coded(types, code_of[rows]),
            record_id=record.take(rows),
            deleted_at=deleted_at[rows],
            deletions=deletions[rows],
        )
