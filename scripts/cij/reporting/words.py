"""How columns and figures are called and written, in the dashboard and in the report."""

from __future__ import annotations

NOT_APPLICABLE = "does not apply"
NOTHING = "-"
# What is told of messages before all else, and what became of them on their way.
HEADLINES = [
    "inflow", "sent", "delivered", "open_rate", "click_rate", "bounce_rate", "consent_blocked", "unsubscribe_rate",
]  # fmt: skip
COUNTS = ["inflow", "sent", "delivered", "unique_opens", "unique_clicks"]
SHORT_NAMES = {
    "inflow": "Attempted",
    "unique_opens": "Opened",
    "unique_clicks": "Clicked",
    "bot_clicks": "Clicks by bots",
    "clicks": "Clicks by people",
    "interactions": "Events",
}
# Columns whose values are words of this project's own.
CODES = {
    "journey_engine", "exit_kind", "deliverability_status", "engagement_status", "enforcement_model", "reason_kind",
    "exception_type", "profile_type", "bounce_type", "change_type", "outcome", "consent_reason",
}  # fmt: skip


def label(column: str) -> str:
    """Return the name of a column as people read it."""
    return SHORT_NAMES.get(column, column.replace("_", " ").capitalize())


def number(column: str, value: float) -> str:
    """Return a number as people read it: shares as percentages, seconds as durations, counts with separators."""
    if column.endswith(("_rate", "_share")):
        return f"{value * 100:.1f} %" if value == 0 or abs(value) >= 0.001 else f"{value * 100:.2f} %"
    if column.endswith("_seconds"):
        return duration(value)
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.1f}"
    return f"{value:,.0f}"


def change(name: str, now: float, before: float) -> str | None:
    """Return how a figure differs from that of the period before: rates in points, counts in per cent of it."""
    if name.endswith("_rate"):
        return f"{(now - before) * 100:+.1f} points"
    return f"{(now / before - 1) * 100:+.1f} %" if before else None


def duration(seconds: float) -> str:
    """Return a number of seconds in the unit that suits it."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if abs(seconds) >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s"
