"""What becomes of each email, decided before any of its rows is planned."""

from __future__ import annotations

import numpy as np

from . import draw
from .attempts import Attempts, next_at
from .plan import Plan
from .tenant import OUTBOUND

# "untraced" is opened although its send was never logged.
FATES = [
    "delivered",
    "sent_only",
    "bounced",
    "bounced_then_delivered",
    "taken_back",
    "delivered_unsent",
    "untraced",
    "blocked",
    "resent",
]
FATE_WEIGHTS = [0.885, 0.008, 0.022, 0.004, 0.008, 0.003, 0.004, 0.062, 0.004]
DELIVERED, SENT_ONLY, BOUNCED, BOUNCED_THEN_DELIVERED, TAKEN_BACK, DELIVERED_UNSENT, UNTRACED, BLOCKED, RESENT = range(
    9
)


def decide(plan: Plan, tries: Attempts) -> tuple[np.ndarray, np.ndarray]:
    """Return the fate of each attempt, and the time until which it is the only one of its message to its person.

    Until then an event that can't state its run is taken for one of this attempt; a block may come a little earlier.
    """
    rng, count, place = plan.rng, len(tries.place), tries.place
    known = plan.places("known")[place]
    outbound = plan.places("engine")[place] == OUTBOUND
    kinds = 24 * plan.floor + 12 * (plan.floor > 0)  # one engine has about 24 block entities
    fate = np.where(tries.stopped, BLOCKED, draw.choice(rng, FATE_WEIGHTS, count))
    for rare, least in (
        (BLOCKED, kinds),
        (BOUNCED, 8 * plan.floor),
        (TAKEN_BACK, 4 * plan.floor),
        (RESENT, plan.floor),
    ):
        for engine in (False, True):  # small exports show every fate in both engines
            spare = np.flatnonzero((fate == DELIVERED) & known & (outbound == engine))
            missing = least - int(((fate == rare) & (outbound == engine)).sum())
            fate[rng.permutation(spare)[: min(max(missing, 0), len(spare) // 3)]] = rare
    fate = np.where(~known & ((fate == BLOCKED) | (fate == RESENT)), DELIVERED, fate)  # nobody to ask for consent
    in_run = plan.places("step")[place] >= 0
    following_at = next_at(plan, tries)
    # Of several attempts without a run each has to have its send: whatever else there is of it finds that by its time.
    several = ~in_run & ((plan.places("attempt")[place] > 1) | (following_at < np.iinfo(np.int64).max))
    fate = np.where(several & np.isin(fate, (BLOCKED, RESENT, DELIVERED_UNSENT, UNTRACED)), DELIVERED, fate)
    return fate, np.where(known, following_at - 10, 0)
