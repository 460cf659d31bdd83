"""Emails: sent, delivered, and handed to the parts that block or bounce them and react to them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import draw, email_blocks, email_bounces, email_fates, reactions
from .attempts import Attempts
from .email_fates import BOUNCED_THEN_DELIVERED, DELIVERED, DELIVERED_UNSENT, RESENT, TAKEN_BACK, UNTRACED
from .ledger import Ledger
from .plan import NEVER, Coded, Plan
from .schema import Entity
from .tenant import EMAIL, OUTBOUND

COPY_TO = "archive@copies.example"


def simulate(plan: Plan, tries: Attempts, entities: dict[str, Entity]) -> None:
    """Plan the emails: decide the fate of each attempt, then what people and bots do with those that arrive."""
    rng, count, place = plan.rng, len(tries.place), tries.place
    ledger = Ledger(plan, EMAIL, place)
    ledger.domain = plan.people.domain[plan.places("person")[place]].astype(np.int32)
    outbound = plan.places("engine")[place] == OUTBOUND
    fate, alone_until = email_fates.decide(plan, tries)

    email_blocks.block(plan, ledger, fate, tries.at, outbound, entities)
    at = tries.at + np.where(fate == RESENT, draw.seconds(rng, count, 3600, 3 * 86400), 0)
    sent = (fate <= TAKEN_BACK) | (fate == RESENT)
    ledger.sent_at = np.where(sent, at, NEVER)
    plan.emit("EmailSent", place[sent], at[sent])
    copied = draw.some_of(rng, sent & ~outbound, 0.004, plan.floor * 2)
    copy = pa.array([COPY_TO] * int(copied.sum()), pa.string())
    plan.emit("EmailCcSent", place[copied], at[copied] + 1, EmailAddressUsed=copy)

    arrived = np.isin(fate, (DELIVERED, BOUNCED_THEN_DELIVERED, DELIVERED_UNSENT, RESENT))
    delivered_at = at + draw.seconds(rng, count, 1, 90) + np.where(fate == BOUNCED_THEN_DELIVERED, 5400, 0)
    ledger.delivered_at = np.where(arrived, delivered_at, NEVER)
    _deliver(plan, place, arrived, fate == TAKEN_BACK, delivered_at)
    email_bounces.bounce(plan, ledger, fate, at, delivered_at, outbound, alone_until)
    reactions.to_emails(plan, ledger, arrived, fate == UNTRACED, delivered_at, outbound, alone_until)
    ledger.close()
    for engine, name in ((False, "real_time"), (True, "outbound")):
        chosen = arrived & (outbound == engine) & (plan.places("step")[place] >= 0)
        plan.offer(f"{name}_emails", place[chosen], delivered_at[chosen])


def _deliver(plan: Plan, place, arrived, taken_back, delivered_at) -> None:
    """Plan EmailDelivered: 1 (or no count) where it `arrived`, 1 and then -1 where a late bounce took it back."""
    rng = plan.rng
    counts = np.where(draw.chance(rng, int(arrived.sum()), 0.02), -1, 0)
    plan.emit("EmailDelivered", place[arrived], delivered_at[arrived], DeliveredCount=Coded([1], counts))
    there, back_at = place[taken_back], delivered_at[taken_back] + 7200
    ids = draw.hex_ids(rng, len(there))
    one = np.zeros(len(there), dtype=np.int8)
    for number, at, returned in ((1, delivered_at[taken_back], False), (-1, back_at, True)):
        # the second row repeats the IdempotencyId of the first one, so only the count tells them apart
        words = (
            {"WasRemoteBounced": Coded(["true"], one), "BounceCategory": Coded(["invalid-mailbox"], one)}
            if returned
            else {}
        )
        words |= {"Reason": Coded(["RemoteBounce"], one)} if returned else {}
        plan.emit("EmailDelivered", there, at, DeliveredCount=Coded([number], one), IdempotencyId=ids, **words)
