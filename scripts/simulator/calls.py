"""Voice calls: how often each was attempted, when it was answered, and the truth about all of them."""

from __future__ import annotations

import numpy as np

from . import draw
from .ledger import Ledger
from .plan import NEVER, Coded, Plan

ATTEMPTS = [0.7, 0.2, 0.1]  # share of the calls with up to one, two and three attempts; an answer ends them
ANSWERED = 0.45  # share of the attempts
RETRY_AFTER = 1800
OUTCOMES = ['{"intent": "callback", "score": 3}', '{"intent": "none"}', '{"agent": "queue 4", "minutes": 2}']
NO_ANSWER = '{"intent": "none", "reason": "no answer"}'
CALL_OUTCOMES = ["answered", "attempted", "sent", "not_attempted", "blocked"]


def configuration(plan: Plan, place: np.ndarray) -> Coded:
    """Return the proactive engagement configuration that the message of each place belongs to."""
    values = plan.tenant.guid_lists["ProactiveEngagementConfigId"].to_pylist()
    return Coded(values, plan.places("message")[place] % len(values))


def attempt(plan: Plan, ledger: Ledger, rows: np.ndarray, first_at: np.ndarray, not_attempted_at: np.ndarray) -> None:
    """Plan the attempts of the calls `rows` of a ledger, note the answers in it, and record the truth about all calls.

    `first_at` and `not_attempted_at` hold a time for each call of the ledger.
    """
    rng, count = plan.rng, len(ledger.place)
    attempts = np.zeros(count, dtype=np.int64)
    last_at, last_outcome = np.full(count, NEVER, dtype=np.int64), np.full(count, -1)
    words = [*OUTCOMES, NO_ANSWER]
    most = np.zeros(count, dtype=np.int64)
    most[rows] = 1 + draw.quota(rng, ATTEMPTS, len(rows), plan.floor)
    for turn in range(len(ATTEMPTS)):
        rows = rows[(most[rows] > turn) & (ledger.delivered_at[rows] == NEVER)]
        at = first_at[rows] + turn * (RETRY_AFTER + rows % 97)
        answered = draw.chance(rng, len(rows), ANSWERED)
        outcome = np.where(answered, draw.choice(rng, np.ones(len(OUTCOMES)), len(rows)), len(OUTCOMES))
        outcome = np.where(draw.chance(rng, len(rows), 0.1), -1, outcome)
        plan.emit(
            "VoiceCallAttempted", ledger.place[rows], at,
            Answered=Coded([False, True], answered.astype(np.int8)), Outcome=Coded(words, outcome),
            ProactiveEngagementConfigId=configuration(plan, ledger.place[rows]),
        )  # fmt: skip
        attempts[rows] += 1
        last_at[rows], last_outcome[rows] = at, outcome
        ledger.delivered_at[rows] = np.where(answered, at, NEVER)

    # What got furthest names the call.
    reached = [ledger.delivered_at != NEVER, attempts > 0, ledger.sent_at != NEVER, not_attempted_at != NEVER]
    plan.record(
        "calls",
        **plan.keys(ledger.place),
        sent_at=ledger.sent_at,
        attempts=attempts,
        first_attempted_at=np.where(attempts > 0, first_at, NEVER),
        last_attempted_at=last_at,
        answered_at=ledger.delivered_at,
        was_answered=ledger.delivered_at != NEVER,
        last_outcome=Coded(words, last_outcome),
        not_attempted_at=not_attempted_at,
        blocked_at=np.where(not_attempted_at == NEVER, ledger.blocked_at, NEVER),
        raw_reason=Coded(ledger.words["raw_reason"] or [""], ledger.codes["raw_reason"]),
        block_category=Coded(ledger.words["block_category"] or [""], ledger.codes["block_category"]),
        proactive_engagement_config_id=configuration(plan, ledger.place),
        call_outcome=Coded(CALL_OUTCOMES, np.select(reached, [0, 1, 2, 3], 4)),
    )
