"""Messages that were stopped before they were sent, and which of them consent stopped."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from .meaning import (
    BLOCKS,
    BLOCKS_BY_REASON,
    CATEGORIES_BY_REASON,
    CONSENT_BLOCKS,
    OTHER_BLOCKS,
    SENDS,
    UMBRELLAS,
)
from .tools import Row, group, largest, nulls_last, of_types, smallest

MESSAGE = (
    "organization_id",
    "channel",
    "profile_type",
    "profile_id",
    "journey_id",
    "journey_run_id",
    "journey_step_id",
    "message_id",
    "attempt",
)
REASONS = ("blocked_reason", "reason", "reason_detail", "category", "details")
# The first that the squeezed reason holds decides; without a consent reason it is not about consent.
PATTERNS = (
    (
        r"service.*(unavailable|notavailable|time(d)?out|error|fail)|opt(in|out)check.*(fail|error)",
        None,
        "system_other",
    ),
    (r"opt(ed)?out|unsubscri", "unsubscribed", "consent"),
    (
        r"donot(email|bulkemail|contact|sms|call|phone|text|push|message|mail|sendmm|allow)",
        "do_not_contact",
        "consent",
    ),
    (r"externalconsentfailure", "external_provider", "consent"),
    (r"consentnotgiven|consentmissing|missingconsent|noconsent", "consent_not_given", "consent"),
    (
        r"consent.*(unavailable|notavailable|unreachable|notreach|notrespond|time(d)?out|error|exception|fail|outage)"
        r"|(check|checking|evaluate|evaluating|retrieve|retrieving|verify|verifying)consent",
        None,
        "system_other",
    ),
    (r"opt(ed)?in|notsubscribed|consent", "consent_not_given", "consent"),
    (r"duplicate", None, "deduplication"),
)
SQUEEZE = str.maketrans("", "", " -_")
WITHOUT_CONSENT_PART = ("is_consent_block", "block_category")


class Reason(NamedTuple):
    """What the reference table says about one raw reason: no consent reason means that consent has no part in it."""

    consent_reason: str | None
    block_category: str | None = None


ReasonTable = Mapping[str, Reason]


def fct_message_blocks(events: list[Row], reference: ReasonTable) -> list[Row]:
    """Return one row per attempted message that something blocked.

    `reference` is the table that users extend. A raw reason that stands in it, letter for letter, is decided there.
    """
    sends = _sends(events)
    blocked = group(of_types(events, BLOCKS), MESSAGE)
    return [_block(key, rows, reference, sends) for key, rows in blocked.items()]


def fct_consent_blocks(message_blocks: list[Row]) -> list[Row]:
    """Return the blocked messages that consent stopped."""
    return [
        {column: value for column, value in block.items() if column not in WITHOUT_CONSENT_PART}
        for block in message_blocks
        if block["is_consent_block"]
    ]


def winning_block(rows: list[Row], reference: ReasonTable) -> Row | None:
    """Pick the one block that stands for a message, and say why it blocked; null when nothing did."""
    specific = [row for row in rows if row["interaction_type"] not in UMBRELLAS]
    candidates = [_explained(row, reference) for row in specific or rows]
    order = ("blocked_at", "interaction_type", "raw_reason")
    return min(
        candidates,
        key=lambda block: [not block["is_consent_block"], *(nulls_last(block[column]) for column in order)],
        default=None,
    )


def _block(key: tuple, rows: list[Row], reference: ReasonTable, sends: dict[tuple, list[Row]]) -> Row:
    blocked_at = smallest(rows, "occurred_at")
    block = dict(zip(MESSAGE, key, strict=True))
    same = sends.get((block["profile_type"], block["profile_id"], block["message_id"]), [])
    # A row that names no organization may belong to any.
    organizations = (None, block["organization_id"])
    if block["organization_id"] is not None:
        same = [row for row in same if row["organization_id"] in organizations]
    last_sent_at = largest(same, "occurred_at")
    return (
        block
        | {"journey_engine": smallest(rows, "journey_engine"), "business_unit_id": smallest(rows, "business_unit_id")}
        | winning_block(rows, reference)
        | {
            "blocked_at": blocked_at,
            "was_later_sent": last_sent_at is not None and blocked_at is not None and last_sent_at > blocked_at,
        }
    )


def _explained(row: Row, reference: ReasonTable) -> Row:
    interaction_type = row["interaction_type"]
    raw_reason = next((row[column] for column in REASONS if row.get(column) is not None), None)
    if interaction_type in CONSENT_BLOCKS:
        consent_reason, category = CONSENT_BLOCKS[interaction_type], "consent"
    elif interaction_type in BLOCKS_BY_REASON:
        consent_reason, category = _meaning(raw_reason, reference)
        category = category or ("mixed" if consent_reason is None else "consent")
    else:
        consent_reason, category = None, OTHER_BLOCKS[interaction_type]
        if interaction_type in CATEGORIES_BY_REASON:
            meaning = _meaning(raw_reason, reference)
            category = category if meaning.consent_reason else meaning.block_category or category
    return {
        "blocked_at": row["occurred_at"],
        "interaction_type": interaction_type,
        "block_category": category,
        "is_consent_block": consent_reason is not None,
        "consent_reason": consent_reason,
        "raw_reason": raw_reason,
    }


def _meaning(raw_reason: str | None, reference: ReasonTable) -> Reason:
    if raw_reason is None:
        return Reason(None)
    if raw_reason in reference:
        return reference[raw_reason]
    squeezed = raw_reason.lower().translate(SQUEEZE)
    found = ((reason, category) for pattern, reason, category in PATTERNS if re.search(pattern, squeezed))
    return Reason(*next(found, (None,)))


def _sends(events: list[Row]) -> dict[tuple, list[Row]]:
    """Return what each person was sent of each message, over all journeys and runs."""
    sends = [row for row in of_types(events, SENDS) if row["profile_id"] is not None and row["message_id"] is not None]
    return group(sends, ("profile_type", "profile_id", "message_id"))
