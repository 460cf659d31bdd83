"""Bounces of emails: the rows that each way to bounce leaves, and the type that counts."""

from __future__ import annotations

import numpy as np

from . import draw
from .email_fates import BOUNCED, BOUNCED_THEN_DELIVERED, TAKEN_BACK
from .ledger import BOUNCE_TYPES, Ledger
from .plan import Coded, Plan

# How an email bounces: the rows it leaves, as entity and BounceType, and the type that counts.
BOUNCES = [
    ([("EmailHardBounced", "HardBounce")], "hard"),
    ([("EmailSoftBounced", "SoftBounce")], "soft"),
    ([("EmailBounced", "HardBounce")], "hard"),
    ([("EmailBounced", "SoftBounce")], "soft"),
    ([("EmailBounced", "HardBounce"), ("EmailHardBounced", "HardBounce")], "hard"),
    ([("EmailSoftBounced", "SoftBounce"), ("EmailBounced", "SoftBounce")], "soft"),
    ([("EmailSoftBounced", "SoftBounce"), ("EmailHardBounced", "HardBounce")], "hard"),
    ([("EmailBlockBounced", "BlockBounce")], "block"),
]
BOUNCE_WEIGHTS = [0.2, 0.33, 0.08, 0.1, 0.08, 0.12, 0.04, 0.05]
HARD_CATEGORIES = ["invalid-mailbox", "invalid-domain"]
SOFT_CATEGORIES = [
    "full-mailbox",
    "inactive-mailbox",
    "greylisting-issues",
    "connection-error",
    "dmarc-issues",
    "suppression-list",
    "content-rejected",  # in no list of the vendor's
    "other",
]


def bounce(plan: Plan, ledger: Ledger, fate, at, delivered_at, outbound, alone_until) -> None:
    """Plan the bounce rows and note type (hard outranks soft) and earliest time of each bounced message."""
    rng, place = plan.rng, ledger.place
    rows = np.flatnonzero(fate == BOUNCED)
    way = draw.quota(rng, BOUNCE_WEIGHTS, len(rows), plan.floor * 2)
    lost = ~outbound[rows] & (at[rows] + 900 >= alone_until[rows])  # it would be taken for another attempt's
    way = np.where(lost & (way == len(BOUNCES) - 1), 0, way)
    for code, (events, worst) in enumerate(BOUNCES):
        chosen = rows[way == code]
        first_at = at[chosen] + draw.seconds(rng, len(chosen), 5, 900)
        for turn, (entity, kind) in enumerate(events):
            _emit(plan, entity, kind, place[chosen], first_at + turn * 1800, remote=False)
        ledger.bounced_at[chosen] = first_at
        ledger.bounce_type[chosen] = BOUNCE_TYPES.index(worst)

    retried = np.flatnonzero(fate == BOUNCED_THEN_DELIVERED)
    soft_at = at[retried] + 1800
    _emit(plan, "EmailSoftBounced", "SoftBounce", place[retried], soft_at, remote=False)
    ledger.bounced_at[retried] = soft_at
    ledger.bounce_type[retried] = BOUNCE_TYPES.index("soft")

    back = np.flatnonzero(fate == TAKEN_BACK)
    hard = draw.quota(rng, [0.6, 0.4], len(back), plan.floor) == 0
    by_name = outbound[back] | (delivered_at[back] + 7200 < alone_until[back])
    for is_hard, is_remote, entity in (
        (True, True, "EmailHardRemoteBounced"),
        (False, True, "EmailSoftRemoteBounced"),
        (True, False, "EmailHardBounced"),
        (False, False, "EmailSoftBounced"),
    ):
        chosen = back[(hard == is_hard) & (by_name == is_remote)]
        back_at = delivered_at[chosen] + 7200
        _emit(plan, entity, "HardBounce" if is_hard else "SoftBounce", place[chosen], back_at, remote=True)
        ledger.bounced_at[chosen] = back_at
        ledger.bounce_type[chosen] = BOUNCE_TYPES.index("hard" if is_hard else "soft")


def _emit(plan: Plan, entity: str, kind: str, place: np.ndarray, at: np.ndarray, *, remote: bool) -> None:
    """Plan rows of one bounce entity with a category that fits the `kind` (HardBounce or SoftBounce)."""
    words = HARD_CATEGORIES if kind == "HardBounce" else SOFT_CATEGORIES
    none = np.zeros(len(place), dtype=np.int8)
    category = Coded(words, draw.choice(plan.rng, np.ones(len(words)), len(place)))
    flag = Coded(["true" if remote else "false"], none)
    plan.emit(entity, place, at, BounceType=Coded([kind], none), BounceCategory=category, RemoteBounce=flag)
