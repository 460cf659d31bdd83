"""Real-time journeys: who enters, how long each run takes, and how it ends."""

from __future__ import annotations

import numpy as np

from . import draw, runs
from .attempts import Attempts
from .journey_codes import (
    COMPLETED,
    DROPPED_THEN_ENTERED,
    END_ONLY,
    ENTRY_WEIGHTS,
    HEALED,
    IN_PROGRESS,
    RUN_WEIGHTS,
    UNRESOLVED,
)
from .plan import Plan
from .steps import Steps
from .tenant import REAL_TIME, WINDOW


def simulate(plan: Plan, count: int) -> Attempts:
    """Plan `count` runs of real-time journeys with their steps, and return the messages that the steps try to send."""
    rng, tenant = plan.rng, plan.tenant
    person = np.sort(rng.integers(0, len(plan.people), count))
    journey = _choose_journeys(plan, person)
    run = np.arange(count)
    plan.run_ids = draw.guids(rng, count)

    entry = draw.quota(rng, ENTRY_WEIGHTS, count, plan.floor)
    entered = entry <= DROPPED_THEN_ENTERED
    known = ~draw.chance(rng, count, 0.01) & ~((entry == UNRESOLVED) & draw.chance(rng, count, 0.6))
    end = draw.quota(rng, RUN_WEIGHTS, count, 2 * plan.floor)
    end = np.where((entry == END_ONLY) & (end == IN_PROGRESS), COMPLETED, end)
    length = tenant.journey_length[journey]
    cut_short = 1 + (rng.random(count) * length).astype(np.int64)
    steps = np.where(entered, np.where(end == COMPLETED, length, cut_short), 0)

    first_step = tenant.journey_steps[journey, 0, 0]
    start = tenant.journey_start[journey]
    inflow_at = start + (rng.random(count) * (WINDOW[1] - start)).astype(np.int64)
    entered_at = inflow_at + draw.seconds(rng, count, 20, 120) + np.where(entry == HEALED, 1200, 0)
    places = plan.add_places(
        person,
        engine=REAL_TIME,
        known=known,
        journey=journey,
        run=run,
        step=first_step,
        message=tenant.step_message[first_step],
    )
    attempt = runs.attempts_without_a_run(plan, places, entry, inflow_at)
    version = tenant.journey_version[journey] - (inflow_at < tenant.journey_changed_at[journey])
    taken = Steps(plan, places, steps, end, entered_at, version)
    last_place, ended_at = places.copy(), entered_at.copy()
    last_place[taken.run[taken.is_last]] = taken.place[taken.is_last]
    ended_at[taken.run[taken.is_last]] = taken.done_at[taken.is_last]
    ended_at += draw.seconds(rng, count, 5, 90)
    runs.emit_runs(plan, places, last_place, entry, end, inflow_at, entered_at, ended_at, taken, attempt, version)
    return taken.attempts()


def _choose_journeys(plan: Plan, person: np.ndarray) -> np.ndarray:
    """Give each person a real-time journey of their organization and kind; early journeys are the popular ones."""
    tenant, people = plan.tenant, plan.people
    journey = np.empty(len(person), dtype=np.int32)
    group = people.organization[person] * 3 + people.kind[person]
    for code in range(6):
        organization, kind = divmod(code, 3)
        fits = (
            (tenant.journey_engine == REAL_TIME)
            & (tenant.journey_organization == organization)
            & (tenant.journey_audience == kind)
        )
        options = np.flatnonzero(fits)
        members = np.flatnonzero(group == code)
        journey[members] = options[draw.choice(plan.rng, 1 / np.sqrt(np.arange(2, len(options) + 2)), len(members))]
    return journey
