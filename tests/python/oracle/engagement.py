"""One row per attempted message to one person, and everything that happened to it."""

from .blocks import MESSAGE, ReasonTable, winning_block
from .interactions import delivered_count
from .meaning import (
    BLOCKS,
    BOT_CLICKS,
    BOUNCES,
    CLICKS,
    DELIVERIES,
    MESSAGE_CHANNELS,
    OPENS,
    REPLIES,
    SENDS,
    bounce_type,
)
from .tools import Row, group, largest, of_types, seconds_between, smallest


def fct_channel_engagement(events: list[Row], reference: ReasonTable) -> list[Row]:
    """Return one row per attempt, given the events of `message_events`."""
    of_channels = [event for event in events if event["channel"] in MESSAGE_CHANNELS]
    return [_message(key, rows, reference) for key, rows in group(of_channels, MESSAGE).items()]


def _message(key: tuple, rows: list[Row], reference: ReasonTable) -> Row:
    message = dict(zip(MESSAGE, key, strict=True))
    sent, blocked = of_types(rows, SENDS), of_types(rows, BLOCKS)
    opened, clicked, bot_clicked = of_types(rows, OPENS), of_types(rows, CLICKS), of_types(rows, BOT_CLICKS)
    bounced = of_types(rows, BOUNCES)
    unsubscribed = of_types(rows, {"EmailAddressOptedOut", "SegmentUnsubscribed"})
    reported = of_types(rows, {"EmailFeedbackLoop"})
    delivered = _deliveries(message["channel"], rows)
    block = winning_block(blocked, reference) or {"block_category": None, "is_consent_block": False}
    sent_at = smallest(sent, "occurred_at")
    first_opened_at, first_clicked_at = smallest(opened, "occurred_at"), smallest(clicked, "occurred_at")
    return message | {
        "journey_engine": smallest(rows, "journey_engine"),
        "business_unit_id": smallest(rows, "business_unit_id"),
        "message_variation_name": smallest(rows, "message_variation_name"),
        "is_test_send": _is_test_send(message, rows, bool(sent)),
        "attempted_at": smallest([*sent, *blocked], "occurred_at"),
        "sent_at": sent_at,
        "delivered_at": smallest(delivered, "occurred_at"),
        "first_opened_at": first_opened_at,
        "last_opened_at": largest(opened, "occurred_at"),
        "opens": len(opened),
        "first_clicked_at": first_clicked_at,
        "last_clicked_at": largest(clicked, "occurred_at"),
        "clicks": len(clicked),
        "bot_clicks": len(bot_clicked),
        "bounced_at": smallest(bounced, "occurred_at"),
        "bounce_type": _worst_bounce(bounced),
        "blocked_at": smallest(blocked, "occurred_at"),
        "block_category": block["block_category"],
        "unsubscribed_at": smallest(unsubscribed, "occurred_at"),
        "spam_reported_at": smallest(reported, "occurred_at"),
        "replies": len(of_types(rows, REPLIES)),
        "forwards": len(of_types(rows, {"EmailForwarded"})),
        "was_sent": bool(sent),
        "was_delivered": bool(delivered),
        "was_opened": bool(opened),
        "was_clicked": bool(clicked),
        "was_bot_clicked": bool(bot_clicked),
        "was_bounced": bool(bounced),
        "was_blocked": bool(blocked),
        "was_consent_blocked": block["is_consent_block"],
        "was_unsubscribed": bool(unsubscribed),
        "was_spam_reported": bool(reported),
        "seconds_to_open": seconds_between(sent_at, first_opened_at),
        "seconds_to_click": seconds_between(sent_at, first_clicked_at),
        "recipient_domain": _domain_of_the_recipient(rows),
    }


def _deliveries(channel: str, rows: list[Row]) -> list[Row]:
    """Return the rows that prove the delivery; none where the message was not delivered after all."""
    if channel == "email":
        receipts = of_types(rows, {"EmailDelivered"})
        stands = sum(map(delivered_count, receipts)) > 0
        return [row for row in receipts if delivered_count(row) > 0] if stands else []
    if channel == "push":
        return of_types(rows, SENDS)
    if channel == "voice":
        return [row for row in of_types(rows, {"VoiceCallAttempted"}) if row["was_answered"]]
    return of_types(rows, DELIVERIES)


def _worst_bounce(bounced: list[Row]) -> str | None:
    """Return the type that weighs most among several bounces."""
    types = {bounce_type(row) for row in bounced}
    return next((kind for kind in ("hard", "soft", "block") if kind in types), None)


def _is_test_send(message: Row, rows: list[Row], was_sent: bool) -> bool:
    """Tell tests by their usage; other channels than e-mail have none, but address nobody outside of any journey."""
    if any("test" in (row.get("usage_type") or "").lower() for row in rows):
        return True
    addressed = message["profile_id"] is not None or message["journey_id"] is not None
    return was_sent and message["channel"] != "email" and not addressed


def _domain_of_the_recipient(rows: list[Row]) -> str | None:
    """Return the domain that the send names, else the delivery, else any other event; a copy goes to somebody else."""
    others = [row for row in rows if row["interaction_type"] != "EmailCcSent"]
    for part in (of_types(rows, SENDS), of_types(rows, {"EmailDelivered"}), others):
        domains = list(filter(None, map(_recipient_domain, part)))
        if domains:
            return min(domains)
    return None


def _recipient_domain(row: Row) -> str | None:
    """Return what follows the last @ of the address; the EmailDomain attribute is the sender's."""
    _, at, domain = (row.get("email_address_used") or "").rpartition("@")
    return domain.lower() or None if at else None
