"""What journeys lead to: experiments, goals, conversions; and what the tenant deletes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import draw, inbound
from .attribution import touches
from .column_values import WORDS
from .people import CONTACT, LEAD
from .plan import Coded, Plan
from .tenant import EXPERIMENT, REAL_TIME

VARIANTS = ["A", "B", "C"]
DAY = 86400


def simulate(plan: Plan) -> None:
    """Plan the outcomes of runs and clicks, what outbound members trigger, and deletions."""
    rng = plan.rng
    place, at = plan.pools["steps"]
    kind = plan.tenant.step_kind[plan.places("step")[place]]
    _experiments(plan, plan.with_message(place[kind == EXPERIMENT]), at[kind == EXPERIMENT])
    _goals(plan)
    _conversions(plan)

    place, at = plan.take("custom_activities", 0.1, 3 * plan.floor)
    inbound.respond(plan, place, at + draw.late(rng, len(at), 20000, 10 * DAY))

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


def _experiments(plan: Plan, place: np.ndarray, decided_at: np.ndarray) -> None:
    """Give each participant a variant, let some reach the goal (one variant does better), and rate some choices."""
    rng, count = plan.rng, len(place)
    step = plan.places("step")[place]
    variants = np.where(step % 3 == 0, 3, 2)
    variant = np.where(draw.some(rng, count, 0.03, plan.floor), -1, (rng.random(count) * variants).astype(np.int64))
    assigned_at = decided_at - 1
    plan.emit("ExperimentationDistribution", place, assigned_at, SelectedActionVersion=Coded(VARIANTS, variant))
    # a second assignment changes nothing, unless the first one did not say the variant
    again = np.flatnonzero(draw.some(rng, count, 0.02, plan.floor))
    other = np.where(variant[again] < 0, 0, (variant[again] + 1) % variants[again])
    again_at = assigned_at[again] + 600
    plan.emit("ExperimentationDistribution", place[again], again_at, SelectedActionVersion=Coded(VARIANTS, other))
    late = variant[again] < 0
    variant[again[late]], assigned_at[again[late]] = other[late], again_at[late]

    share = np.where(variant == step % variants, 0.3, 0.14)
    won = (rng.random(count) < share) | draw.some(rng, count, 0, 2 * plan.floor)
    winners = np.flatnonzero(won)
    reached_at = decided_at[winners] + draw.late(rng, len(winners), 40000, 20 * DAY)
    plan.emit("ExperimentationGoal", place[winners], reached_at)
    twice = draw.chance(rng, len(winners), 0.1)  # who reaches the goal twice counts once
    plan.emit("ExperimentationGoal", place[winners[twice]], reached_at[twice] + DAY)
    plan.record(
        "experiments",
        **plan.keys(place),
        selected_action_version=Coded(VARIANTS, variant),
        assigned_at=assigned_at,
        was_goal_reached=won,
    )

    rated = np.flatnonzero(draw.some(rng, count, 0.3, 2 * plan.floor))
    actions = plan.tenant.guid_lists["SelectedActionId"].to_pylist()
    status = Coded(WORDS["OptimizationDecisionStatus"], (rng.random(len(rated)) < 0.7).astype(np.int8))
    kind = Coded(WORDS["OptimizationFeedbackType"], np.where(won[rated], 2, rng.integers(0, 2, len(rated))))
    action = Coded(actions, (step[rated] * 3 + np.maximum(variant[rated], 0)) % len(actions))
    rated_at = decided_at[rated] + 7200
    plan.emit(
        "OptimizationFeedback",
        place[rated],
        rated_at,
        SelectedActionId=action,
        OptimizationDecisionStatus=status,
        OptimizationFeedbackType=kind,
    )
    plan.record(
        "feedback",
        **plan.keys(place[rated]),
        selected_action_id=action,
        optimization_decision_status=status,
        optimization_feedback_type=kind,
        occurred_at=rated_at,
    )


def _goals(plan: Plan) -> None:
    """Let some clicks on real-time emails lead to a goal; a few goals name the step but not its message."""
    rng = plan.rng
    place, at = plan.take("real_time_clicks", 0.25, 3 * plan.floor)
    at = at + draw.late(rng, len(at), 40000, 25 * DAY)
    silent = np.flatnonzero(draw.some(rng, len(place), 0.06, plan.floor // 4))
    fields = {name: plan.places(name)[place[silent]] for name in ("person", "known", "journey", "run", "step")}
    place[silent] = plan.add_places(engine=REAL_TIME, **fields)
    ids = plan.tenant.guid_lists["GoalEventId"].to_pylist()
    goal = Coded(ids, plan.places("journey")[place] % len(ids))
    plan.emit("GoalEvent", place, at, GoalEventId=goal)
    channel = Coded(["email"], np.where(plan.places("message")[place] >= 0, 0, -1))
    plan.record("goals", **plan.keys(place), channel=channel, goal_event_id=goal, occurred_at=at)


def _conversions(plan: Plan) -> None:
    """Let some clicks lead to a conversion, and some people convert without one; a few conversions name nobody."""
    rng = plan.rng
    clicks, clicked_at = plan.take(("real_time_clicks", "outbound_clicks"), 0.2, 4 * plan.floor)
    others, others_at = plan.take("persons", 0.01)
    place = np.concatenate([clicks, others])
    at = np.concatenate([clicked_at + draw.late(rng, len(clicks), 90000, 45 * DAY), others_at])
    nobody = np.flatnonzero(draw.some(rng, len(place), 0.03, plan.floor // 2))
    person = plan.places("person")[place[nobody]]
    place[nobody] = plan.add_places(person, engine=REAL_TIME, known=np.zeros(len(nobody), bool))

    names, ids = WORDS["ConversionEventDefinitionName"], plan.tenant.guid_lists["ConversionEventDefinitionId"]
    kind = draw.choice(rng, [0.6, 0.25, 0.15], len(place))
    words = {"ConversionEventDefinitionId": ids.to_pylist(), "ConversionEventDefinitionName": names}
    plan.emit("ConversionEventTouchPoint", place, at, **{name: Coded(values, kind) for name, values in words.items()})
    plan.conversions = (place, at, kind)


def record_conversions(plan: Plan, human: np.ndarray) -> None:
    """Write down the conversions, and what led to them. Argument: human (who each person of the plan is at last)."""
    place, at, kind = plan.conversions
    names, ids = WORDS["ConversionEventDefinitionName"], plan.tenant.guid_lists["ConversionEventDefinitionId"]
    found = touches(plan, place, at, human)
    plan.record(
        "conversions",
        **plan.keys(place[found.conversion]) | found.keys,
        conversion_event_definition_id=Coded(ids.to_pylist(), kind[found.conversion]),
        conversion_event_definition_name=Coded(names, kind[found.conversion]),
        converted_at=at[found.conversion],
        touches=found.count,
        touch_number=found.number,
        channel=found.channel,
        touched_at=found.at,
    )
