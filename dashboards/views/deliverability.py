"""Recipient domains against the product's limits, why e-mails bounce, and which addresses are at risk."""

from __future__ import annotations

import streamlit as st

from charts import BAD, WAITING, bars, lines, with_limits
from cij.reporting.periods import before, step
from elements import chart, figures, heading, is_missing, table
from results import ask
from words import number

RATES = ["bounce_rate", "hard_bounce_rate", "soft_bounce_rate", "spam_rate", "unsubscribe_rate"]
NO_EMAIL = "No e-mail was sent, or the filters leave none. The table EmailSent has what was sent."
MOST_DOMAINS = 15
EMAIL = "email"


def show(values: dict) -> None:
    """Draw the page. Argument: values (of the queries' parameters)."""
    st.caption("About e-mail alone, whatever the channel filter says.")
    emails, values = values | {"channels": [EMAIL]}, values | {"channels": None}
    totals = ask("message_totals", emails)
    figures(
        totals,
        ["sent", "delivered", "delivery_rate", *RATES],
        ask("message_totals", before(emails)) if values["from_date"] else None,
    )
    limits = {row.setting_name: row.setting_value for row in ask("limits", {}).rows.itertuples()}
    st.caption(
        f"Limits of the product: hard bounces {number('_rate', limits['hard_bounce_limit'])} (better "
        f"{number('_rate', limits['hard_bounce_preferred'])}), spam complaints {number('_rate', limits['spam_limit'])}."
    )

    over_time = ask("messages_by_time", emails | {"step": step(values)})
    heading(f"Bounces, complaints and opt-outs by {step(values)}", over_time, emails)
    if not is_missing(over_time, NO_EMAIL):
        spec = lines(over_time.rows, "period_start", RATES, percent=True)
        chart(
            spec,
            "Bounce, spam and unsubscribe rates over time",
            over_time,
            ["period_start", "sent", "delivered", *RATES],
        )

    domains_of(values, limits)

    categories = ask("bounce_categories", values)
    heading("Why e-mails bounced", categories, values)
    if not is_missing(categories, "No e-mail bounced in this period, or the filters leave none."):
        rows = categories.rows.pivot_table(
            index="bounce_category", columns="bounce_type", values="bounce_events", aggfunc="sum", fill_value=0
        )
        rows = rows.loc[rows.sum(axis=1).sort_values(ascending=False).index].reset_index()
        kinds = [kind for kind in ("hard", "soft", "block", "unknown") if kind in rows]
        chart(
            bars(rows, "bounce_category", kinds, stack=True, colours=[BAD, WAITING, "#5f6b76", "#9aa3ab"]),
            "Bounces by the cause that the receiver gave",
            categories,
            ["bounce_category", "bounce_type", "bounce_events"],
            height=80 + 24 * len(rows),
        )

    points = ask("contact_points_at_risk", values)
    heading(
        "Addresses and numbers at risk",
        points,
        values,
        "Known by their keys alone. Up to 500, the most endangered first.",
    )
    if not is_missing(points, "No address or number has bounced since it was last reached."):
        table(points, list(points.rows.columns), height=380)


def domains_of(values: dict, limits: dict[str, float]) -> None:
    """Show the recipient domains: the busiest as a chart, the worst first in a table."""
    domains = ask("recipient_domains", values)
    heading(
        "Recipient domains against the limits",
        domains,
        values,
        "Drawn: those that most was sent to. Listed: up to 500, the worst first.",
    )
    if is_missing(domains, NO_EMAIL):
        return
    busiest = domains.rows.sort_values("sent", ascending=False).head(MOST_DOMAINS).reset_index(drop=True)
    several_units = domains.rows["business_unit_name"].nunique() > 1
    busiest["name"] = [
        f"{row.recipient_domain} ({row.business_unit_name})" if several_units else row.recipient_domain
        for row in busiest.itertuples()
    ]
    spec = bars(busiest, "name", ["hard_bounce_rate", "spam_rate"], percent=True, colours=[BAD, WAITING])
    chart(
        with_limits(spec, {"hard bounce limit": limits["hard_bounce_limit"], "spam limit": limits["spam_limit"]}),
        f"Hard bounce and spam rates of the {len(busiest)} domains that most was sent to",
        domains,
        ["recipient_domain", "business_unit_name", "sent", "hard_bounce_rate", "spam_rate"],
        height=90 + 34 * len(busiest),
    )
    table(domains, list(domains.rows.columns), {"business_unit_name": "Business unit"}, height=380)
