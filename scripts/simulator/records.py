"""What journeys do to records: create, update and score them; and the starts of outbound iterations."""

from __future__ import annotations

import numpy as np

from . import draw
from .column_values import WORDS
from .plan import NEVER, Coded, Plan
from .tenant import RECORD

STATUSES = [("Created", None), ("Failed", "A required column was empty"), ("Skipped", "A record exists already")]
SILENT_ITERATION = 7  # one iteration in so many leaves no start event
BOOSTS = [5, 10, 25]


def simulate(plan: Plan) -> None:
    """Plan the record changes of both engines and the starts of iterations, and record the truth about them."""
    rng = plan.rng
    place, at = plan.pools["steps"]
    making = plan.tenant.step_kind[plan.places("step")[place]] == RECORD
    place, at = plan.with_message(place[making]), at[making]
    status = draw.quota(rng, [0.93, 0.04, 0.03], len(place), plan.floor)
    decided = {
        "RecordId": draw.guids(rng, len(place)),
        "ActionStatus": Coded([name for name, _ in STATUSES], status),
        "Reason": Coded([reason for _, reason in STATUSES[1:]], status - 1),
        "ActionName": _word(rng, "ActionName", len(place)),
        "AudienceName": _word(rng, "AudienceName", len(place)),
    }
    plan.emit("CreateRecord", place, at, **decided)
    _record(plan, "created", place, at, **decided)

    place, at = plan.pools["members"]
    started = plan.places("iteration")[place] % SILENT_ITERATION != 3
    plan.emit("CustomerJourneyIterationStarted", place[started], at[started])
    plan.record("iteration_starts", **plan.keys(place[started]), started_at=at[started])
    place, at = plan.take("members", 0.06, 3 * plan.floor)
    at = at + draw.late(rng, len(at), 90000, 25 * 86400)
    plan.emit("CustomerJourneyContactRecordUpdated", place, at)
    _record(plan, "updated", place, at)
    place, at = plan.take("members", 0.04, 3 * plan.floor)
    at = at + draw.late(rng, len(at), 90000, 25 * 86400)
    drawn = draw.choice(rng, [0.5, 0.3, 0.15, 0.05], len(place))
    points = Coded(BOOSTS, np.where(drawn == len(BOOSTS), -1, drawn))
    plan.emit("LeadScoreBoost", place, at, BoostValue=points)
    _record(plan, "score_boosted", place, at, BoostValue=points)


def _record(plan: Plan, change: str, place: np.ndarray, at: np.ndarray, **decided) -> None:
    """Record the truth about rows of one entity; what was not `decided` is null."""
    nothing = Coded([""], np.full(len(place), -1))
    boost = decided.get("BoostValue")
    values = np.array([*BOOSTS, NEVER])
    names = ("RecordId", "ActionStatus", "Reason", "ActionName", "AudienceName")
    columns = ("record_id", "change_status", "reason", "action_name", "audience_name")
    plan.record(
        "record_changes",
        **plan.keys(place),
        change_type=Coded([change], np.zeros(len(place), np.int8)),
        **{column: decided.get(name, nothing) for column, name in zip(columns, names, strict=True)},
        boost_value=values[boost.codes] if boost else np.full(len(place), NEVER),
        occurred_at=at,
    )


def _word(rng: np.random.Generator, attribute: str, count: int) -> Coded:
    """Draw a word that the attribute may hold for each of `count` rows."""
    return Coded(WORDS[attribute], draw.choice(rng, np.ones(len(WORDS[attribute])), count))
