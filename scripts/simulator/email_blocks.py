"""Blocks of emails: a specific entity, an umbrella row beside it, or the umbrella row alone; the block that counts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import draw
from .block_reasons import EMAIL_BLOCKS, EMAIL_UMBRELLA
from .email_fates import BLOCKED, RESENT
from .ledger import BOUNCE_TYPES, Ledger
from .plan import Coded, Plan, earliest, pick
from .schema import Entity
from .tenant import EMAIL, MESSAGE_KINDS

BROKEN_ADDRESS = {"InvalidRecipientAddress", "EmailBlockedInvalidRecipientAddress"}


def block(
    plan: Plan, ledger: Ledger, fate: np.ndarray, at: np.ndarray, outbound: np.ndarray, entities: dict[str, Entity]
) -> None:
    """Plan the block rows of emails: a specific entity, an umbrella row beside it, or the umbrella row alone."""
    rng, place = plan.rng, ledger.place
    rows = np.flatnonzero((fate == BLOCKED) | (fate == RESENT))
    resent = fate == RESENT
    alone = draw.some(rng, len(rows), 0.2, plan.floor * 3)
    _umbrella_alone(plan, ledger, rows[alone], at)
    rows = rows[~alone]
    for engine, letter in ((False, "R"), (True, "O")):
        members = rows[outbound[rows] == engine]
        weights = [weight if letter in engines else 0 for _, engines, weight, *_ in EMAIL_BLOCKS]
        kind = draw.quota(rng, weights, len(members), plan.floor, plan.groups(place[members]))
        for code, (entity, _, _, category, consent, reason, group, details) in enumerate(EMAIL_BLOCKS):
            chosen = members[kind == code]
            if not len(chosen):
                continue
            columns = entities[entity].columns if entity in entities else {}
            words = {"BlockedReason": reason, "Category": group, "Details": details}
            words = {name: word for name, word in words.items() if name in columns and word is not None}
            silent = draw.chance(rng, len(chosen), 0.08)  # the first reason column is empty: the next one speaks
            values, raw = _reason_columns(words, silent)
            broken = np.full(len(chosen), entity in BROKEN_ADDRESS) & ~resent[chosen]
            address = _addresses(plan, place[chosen], broken)
            plan.emit(entity, place[chosen], at[chosen], EmailAddressUsed=address, **values)
            beside = draw.chance(rng, len(chosen), 0.4)
            umbrella_at = at[chosen] + np.where(draw.chance(rng, len(chosen), 0.5), -1, 2)
            texts = {"BlockedReason": reason or "Other", "Category": group or "Other"}
            texts = _reason_columns(texts, np.zeros(int(beside.sum()), bool))[0]
            twin_address = address.filter(pa.array(beside))
            plan.emit(
                "EmailBlocked", place[chosen][beside], umbrella_at[beside], EmailAddressUsed=twin_address, **texts
            )
            plan.record(
                "contradictions",
                **plan.keys(place[chosen][beside]),
                exception_type=Coded(["umbrella_overlap"], np.zeros(int(beside.sum()), np.int8)),
                channel=Coded(MESSAGE_KINDS, np.full(int(beside.sum()), EMAIL)),
                occurred_at=umbrella_at[beside],
            )
            first_at = np.where(beside, np.minimum(at[chosen], umbrella_at), at[chosen])
            for silence in (False, True):
                part = silent == silence
                ledger.block(chosen[part], first_at[part], entity, raw[silence], category, consent)
            if entity == "EmailBlockBounced":
                ledger.bounced_at[chosen] = at[chosen]
                ledger.bounce_type[chosen] = BOUNCE_TYPES.index("block")
            # an address without a domain; or none on this entity, unless the umbrella row or a later send shows it
            hidden = "EmailAddressUsed" not in columns
            ledger.broken[chosen[broken]] = True
            ledger.domain[chosen[broken | (hidden & ~beside & ~resent[chosen])]] = -1
            if consent and not engine:
                _second_block(plan, ledger, chosen, at)


def _addresses(plan: Plan, place: np.ndarray, broken: np.ndarray) -> pa.Array:
    """Return the addresses of the people at these places, without an @ where `broken`."""
    person = pa.array(plan.places("person")[place])
    return pc.if_else(pa.array(broken), plan.people.bad_email.take(person), plan.people.email.take(person))


def _reason_columns(words: dict[str, str], silent: np.ndarray) -> tuple[dict[str, Coded], list[str | None]]:
    """Return the reason columns, the first null where `silent`, and the reason that counts: [spoken, silent]."""
    count, names = len(silent), list(words)
    values = {name: Coded([words[name]], np.zeros(count, dtype=np.int8)) for name in names}
    if names:
        values[names[0]] = Coded([words[names[0]]], np.where(silent, -1, 0))
    spoken = [words[name] for name in names] + [None, None]
    return values, spoken[:2]


def _second_block(plan: Plan, ledger: Ledger, rows: np.ndarray, at: np.ndarray) -> None:
    """Give a few consent blocks a second, specific row about something else; the consent block still counts."""
    twice = rows[draw.chance(plan.rng, len(rows), 0.06)]
    earlier = at[twice] - 4
    plan.emit("EmailBlockedFrequencyCapReached", ledger.place[twice], earlier)
    ledger.blocked_at[twice] = earliest(ledger.blocked_at[twice], earlier)
    ledger.has_other_cause[twice] = True


def _umbrella_alone(plan: Plan, ledger: Ledger, rows: np.ndarray, at: np.ndarray) -> None:
    """Plan EmailBlocked rows without a specific entity; their reason says whether consent stopped the message."""
    why = draw.quota(plan.rng, np.ones(len(EMAIL_UMBRELLA)), len(rows), plan.floor)
    texts = {"BlockedReason": pick(EMAIL_UMBRELLA, 0, why), "Category": pick(EMAIL_UMBRELLA, 1, why)}
    plan.emit("EmailBlocked", ledger.place[rows], at[rows], **texts)
    ledger.note_reasons(rows, at[rows], "EmailBlocked", EMAIL_UMBRELLA, why)
