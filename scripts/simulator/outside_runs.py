"""Messages outside of runs: tests of no journey, transactional emails, and tests that name nobody."""

from __future__ import annotations

import numpy as np

from . import draw
from .attempts import PAIR, Attempts, pairs
from .ledger import Ledger
from .plan import Plan
from .tenant import CUSTOM, EMAIL, REAL_TIME

AWAY = 30 * 86400  # between two sends without a run: whatever follows a send is over by then


def emails(plan: Plan, attempts: int, others: np.ndarray) -> Attempts:
    """Send a few emails outside of runs, some again and again: tests of no journey, and transactional ones.

    What is known of them lacks the run and finds them by person and message, so nobody gets one that is among the
    `others` (places of all other emails).
    """
    rng, tenant = plan.rng, plan.tenant
    count = min(len(plan.people), 4 * max(round(attempts * 0.004), plan.floor))
    person = rng.choice(len(plan.people), count, replace=False)
    # EMAIL and MAIL_ACTIVITY are both 0
    mails = tenant.step_message[(tenant.step_message >= 0) & (tenant.step_kind == EMAIL)]
    message = mails[rng.integers(0, len(mails), count)]
    journey = tenant.message_journey[message]
    engine = tenant.journey_engine[journey]
    is_test = np.arange(count) % 4 == 0  # of the others only those of real-time journeys at home stay
    is_home = tenant.journey_organization[journey] == plan.people.organization[person]
    fits = is_test | ((engine == REAL_TIME) & is_home)
    fits &= ~np.isin(pairs(plan, person, message), pairs(plan, *(plan.places(name)[others] for name in PAIR)))
    at = tenant.journey_start[journey] + draw.seconds(rng, count, 0, 80 * 86400)

    rows = np.flatnonzero(fits)
    sends = 1 + draw.choice(rng, [0.5, 0.2, 0.3], len(rows))
    rows, number = np.repeat(rows, sends), np.arange(sends.sum()) - np.repeat(np.cumsum(sends) - sends, sends)
    place = plan.add_places(
        person[rows],
        engine=engine[rows],
        journey=np.where(is_test, -1, journey)[rows],
        message=message[rows],
        attempt=1 + number,
    )
    return Attempts(place, at[rows] + number * AWAY, np.zeros(len(rows), bool))


def custom_tests(plan: Plan) -> None:
    """Test a message of a custom channel a few times: the sends and what follows name neither person nor journey."""
    tenant, count = plan.tenant, min(3 * plan.floor, 6)
    messages = tenant.step_message[(tenant.step_message >= 0) & (tenant.step_kind == CUSTOM)]
    real_time = messages[tenant.journey_engine[tenant.message_journey[messages]] == REAL_TIME]
    if not len(real_time):
        return
    nobody, number = np.full(count, -1), np.arange(count)
    message = np.full(count, real_time[0])
    place = plan.add_places(nobody, engine=REAL_TIME, known=nobody >= 0, message=message, attempt=1 + number)
    ledger = Ledger(plan, CUSTOM, place)
    ledger.sent_at = tenant.journey_start[tenant.message_journey[real_time[0]]] + 86400 * number
    ledger.delivered_at = ledger.sent_at + 5
    plan.emit("CustomSent", place, ledger.sent_at)
    plan.emit("CustomDelivered", place, ledger.delivered_at)
    ledger.close()
