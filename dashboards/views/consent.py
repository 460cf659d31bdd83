"""Who could not be reached and why, what can be won back, and how consent changes."""

from __future__ import annotations

from charts import CONSENT, bars, stacked_days
from cij.reporting.periods import step
from elements import chart, figures, heading, is_missing, table
from results import ask

# The groups of a blocked message, each message in one.
GROUPS = [
    "consent_blocked",
    "data_blocked",
    "deliverability_blocked",
    "configuration_blocked",
    "quota_blocked",
    "frequency_blocked",
    "audience_blocked",
    "other_blocked",
]
PALETTE = ["#b3372b", "#2563ab", "#c2571a", "#7b4aa8", "#a8842c", "#2e7d4f", "#5f6b76", "#9aa3ab"]
WON_BACK = [
    "attempted",
    "consent_blocked",
    "consent_blocked_rate",
    "consent_later_sent",
    "consent_blocked_otherwise_too",
    "consent_alone_lost",
    "consent_win_back_rate",
]
NO_BLOCKS = "No message was attempted or held back, or the filters leave none."


def show(values: dict) -> None:
    """Draw the page. Argument: values (of the queries' parameters)."""
    totals = ask("consent_totals", values)
    heading("What consent costs, and what an opt-in would win back", totals, values)
    figures(
        totals, ["attempted", "consent_blocked", "consent_blocked_rate", "consent_alone_lost", "consent_win_back_rate"]
    )

    channels = ask("consent_by_channel", values)
    heading("Held back, by cause and channel", channels, values)
    if not is_missing(channels, NO_BLOCKS):
        spec = bars(channels.rows, "channel_name", GROUPS, stack=True, colours=PALETTE)
        chart(spec, "Blocked messages by channel and cause", channels, ["channel_name", "blocked", *GROUPS])
        table(channels, ["channel_name", *WON_BACK], {"channel_name": "Channel"})

    journeys = ask("consent_by_journey", values)
    heading("By journey, those first in which most can be won back", journeys, values)
    if not is_missing(journeys, NO_BLOCKS):
        table(journeys, ["journey_name", *WON_BACK], {"journey_name": "Journey"}, height=380)

    reasons = ask("consent_blocks_by_reason", values | {"step": step(values)})
    heading(f"Consent blocks by reason and {step(values)}", reasons, values)
    if not is_missing(reasons, "Consent held back no message in this period, or the filters leave none."):
        spec = stacked_days(reasons.rows, "period_start", "consent_reason", "blocks", {})
        chart(
            spec,
            "Consent blocks over time, by reason",
            reasons,
            ["period_start", "consent_reason", "blocks", "later_sent"],
        )

    permissions = ask("permissions_by_purpose", values)
    heading("Who may be contacted today, by purpose", permissions, values)
    why = "No address or number is known, or the export lacks purposes (msdynmkt_purpose)."
    if not is_missing(permissions, why):
        columns = [
            "channel_name",
            "purpose_name",
            "topic_name",
            "enforcement_model",
            "may_contact",
            "may_not_contact",
            "undecided",
        ]
        names = {"channel_name": "Channel", "purpose_name": "Purpose", "topic_name": "Topic"}
        table(permissions, columns, names, height=380)

    changes = ask("consent_changes", values | {"step": step(values)})
    heading(f"Opt-ins and opt-outs by {step(values)}", changes, values)
    if not is_missing(changes, "Nobody opted in or out in this period, or the filters leave nothing."):
        spec = stacked_days(changes.rows, "period_start", "change_type", "changes", CONSENT)
        chart(spec, "Consent changes over time", changes, ["period_start", "change_type", "changes"])
