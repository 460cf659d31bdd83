"""The daily aggregates. Every rate is worked out anew from counts."""

from datetime import date, datetime

from .tools import Row, count_where, group, people

# What each rate counts, of what, and the channels that it exists for.
ALL = ("email", "sms", "push", "custom", "voice")
RATES = {
    "send_rate": ("sent", "inflow", ALL),
    "delivery_rate": ("delivered", "sent", ("email", "sms", "custom", "voice")),
    "open_rate": ("unique_opens", "delivered", ("email", "push")),
    "click_rate": ("unique_clicks", "delivered", ("email", "sms", "push", "custom")),
    "click_to_open_rate": ("unique_clicks", "unique_opens", ("email", "push")),
    "engagement_rate": ("engaged", "sent", ("email", "push", "sms")),
    "response_rate": ("responses", "sent", ("sms",)),
    "blocked_rate": ("blocked", "inflow", ALL),
    "consent_blocked_rate": ("consent_blocked", "inflow", ALL),
    "bounce_rate": ("bounces", "sent", ("email", "sms")),
    "hard_bounce_rate": ("hard_bounces", "sent", ("email",)),
    "soft_bounce_rate": ("soft_bounces", "sent", ("email",)),
    "spam_rate": ("spam_reports", "delivered", ("email",)),
    "unsubscribe_rate": ("unsubscribes", "delivered", ("email",)),
}


def agg_journey_steps_daily(steps: list[Row]) -> list[Row]:
    """Return one row per organization, business unit, journey, step and day of entry."""
    grain = ("organization_id", "business_unit_id", "journey_id", "journey_step_id", "entry_date")
    dated = [step | {"entry_date": _day(step["entered_at"])} for step in steps]
    return [dict(zip(grain, key, strict=True)) | _step_counts(rows) for key, rows in group(dated, grain).items()]


def _step_counts(rows: list[Row]) -> Row:
    outcomes = ("processed", "dropped_off", "failed", "postponed", "in_progress")
    dwell = sorted(row["dwell_seconds"] for row in rows if row["dwell_seconds"] is not None)
    counts = {outcome: sum(1 for row in rows if row["step_outcome"] == outcome) for outcome in outcomes}
    return {
        "inflow": len(rows),
        **counts,
        "people": people(rows),
        "median_dwell_seconds": _quantile(dwell, 0.5),
        "p90_dwell_seconds": _quantile(dwell, 0.9),
    }


def agg_channel_engagement_daily(messages: list[Row]) -> list[Row]:
    """Return one row per day of the attempt, channel, engine, organization, business unit, journey and message."""
    grain = (
        "attempt_date",
        "channel",
        "journey_engine",
        "organization_id",
        "business_unit_id",
        "journey_id",
        "message_id",
    )
    dated = [message | {"attempt_date": _day(message["attempted_at"])} for message in messages]
    return [dict(zip(grain, key, strict=True)) | _message_counts(rows) for key, rows in group(dated, grain).items()]


def _message_counts(rows: list[Row]) -> Row:
    delivered = [row for row in rows if row["was_delivered"]]
    counts = {
        "inflow": count_where(rows, lambda row: row["was_sent"] or row["was_blocked"]),
        "sent": count_where(rows, lambda row: row["was_sent"]),
        "delivered": len(delivered),
        "unique_opens": count_where(delivered, lambda row: row["was_opened"]),
        "opens": sum(row["opens"] for row in rows),
        "unique_clicks": count_where(delivered, lambda row: row["was_clicked"]),
        "clicks": sum(row["clicks"] for row in rows),
        "bot_clicks": sum(row["bot_clicks"] for row in rows),
        "engaged": count_where(delivered, lambda row: row["was_sent"] and (row["was_opened"] or row["was_clicked"])),
        "responses": count_where(rows, lambda row: row["was_sent"] and row["replies"]),
        "bounces": count_where(rows, lambda row: row["was_bounced"]),
        "hard_bounces": count_where(rows, lambda row: row["bounce_type"] == "hard"),
        "soft_bounces": count_where(rows, lambda row: row["bounce_type"] == "soft"),
        "blocked": count_where(rows, lambda row: row["was_blocked"]),
        "consent_blocked": count_where(rows, lambda row: row["was_consent_blocked"]),
        "unsubscribes": count_where(rows, lambda row: row["was_unsubscribed"]),
        "spam_reports": count_where(rows, lambda row: row["was_spam_reported"]),
    }
    channel = rows[0]["channel"]
    return counts | {
        name: _rate(counts[part], counts[whole]) if channel in channels else None
        for name, (part, whole, channels) in RATES.items()
    }


def agg_consent_blocks_daily(consent_blocks: list[Row]) -> list[Row]:
    """Return one row per day of the block, channel, engine, organization, unit, journey, message, type and reason."""
    grain = (
        "block_date",
        "channel",
        "journey_engine",
        "organization_id",
        "business_unit_id",
        "journey_id",
        "message_id",
        "interaction_type",
        "consent_reason",
    )
    dated = [block | {"block_date": _day(block["blocked_at"])} for block in consent_blocks]
    return [
        dict(zip(grain, key, strict=True))
        | {
            "blocks": len(rows),
            "people": people(rows),
            "later_sent": count_where(rows, lambda row: row["was_later_sent"]),
        }
        for key, rows in group(dated, grain).items()
    ]


def _rate(part: int, whole: int) -> float | None:
    """Divide; null over zero, and never above one (a bounce whose send is missing would push it there)."""
    return min(part / whole, 1.0) if whole else None


def _day(time: datetime | None) -> date | None:
    return None if time is None else time.date()


def _quantile(ordered: list[float], share: float) -> float | None:
    """Interpolate between the two neighbours, as a continuous percentile does."""
    if not ordered:
        return None
    position = (len(ordered) - 1) * share
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
