"""Websites: visits, clicks on tracked pages, and redirect links of outbound messages."""

from __future__ import annotations

import numpy as np

from . import draw
from .plan import Plan


def simulate(plan: Plan) -> None:
    """Plan website clicks and redirect clicks; the visits are planned last, by `fill`."""
    rng = plan.rng
    for entity, pools, share in (
        ("WebsiteClicked", ("outbound_clicks", "persons"), 0.06),
        ("RedirectLinkClicked", ("outbound_clicks",), 0.15),
    ):
        place, at = plan.take(pools, share, 4 * plan.floor)
        plan.emit(entity, place, at + draw.late(rng, len(at), 300, 86400))


def fill(plan: Plan, count: int) -> None:
    """Plan `count` website visits: anonymous journeys through the site, some of them after an outbound click."""
    rng = plan.rng
    place, at = (
        np.concatenate(pair) for pair in zip(plan.pools["persons"], plan.pools["outbound_clicks"], strict=True)
    )
    chosen = rng.integers(0, len(place), count)
    plan.emit("WebsiteVisited", place[chosen], at[chosen] + draw.late(rng, count, 900, 12 * 86400))
