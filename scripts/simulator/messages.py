"""Messages of all channels: collects the attempts to send them, and gives each channel its own."""

from __future__ import annotations

import numpy as np

from . import channels, emails, outside_runs
from .attempts import Attempts
from .plan import Plan
from .schema import Entity
from .tenant import CUSTOM, EMAIL, PUSH, SMS, VOICE


def simulate(plan: Plan, steps: Attempts, activities: Attempts, entities: dict[str, Entity]) -> None:
    """Plan everything that happens to the messages of real-time `steps` and of outbound `activities`.

    `entities` says which columns a block has, and so which of them holds the reason that counts.
    """
    kind = plan.tenant.step_kind[plan.places("step")[steps.place]]
    are_emails = kind == EMAIL
    by_journeys = [Attempts(steps.place[are_emails], steps.at[are_emails], steps.stopped[are_emails]), activities]
    without_run = outside_runs.emails(plan, len(steps.place), np.concatenate([tries.place for tries in by_journeys]))
    tries = [*by_journeys, without_run]
    fields = ([getattr(attempts, name) for attempts in tries] for name in ("place", "at", "stopped"))
    emails.simulate(plan, Attempts(*map(np.concatenate, fields)), entities)
    for channel, simulate_channel in (
        (SMS, channels.sms),
        (PUSH, channels.push),
        (CUSTOM, channels.custom),
        (VOICE, channels.voice),
    ):
        of = kind == channel
        simulate_channel(plan, Attempts(steps.place[of], steps.at[of], steps.stopped[of]))
    if plan.is_first:
        outside_runs.custom_tests(plan)
