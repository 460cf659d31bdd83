"""What people and bots do with messages that arrive: open, click, reply, opt out, complain and forward."""

from __future__ import annotations

import numpy as np

from . import draw, inbound, links
from .ledger import Ledger
from .plan import NEVER, Plan


def to_emails(plan: Plan, ledger: Ledger, arrived, untraced, delivered_at, outbound, alone_until) -> None:
    """Plan opens, clicks, bot clicks, opt-outs, spam reports and forwards, of what arrived or is untraced."""
    rng, place, count = plan.rng, ledger.place, len(ledger.place)
    opened = draw.some_of(rng, arrived, 0.58, plan.floor * 3) | untraced
    opened_at = delivered_at + draw.late(rng, count, 14400, 20 * 86400)
    ledger.opens = np.where(opened, 1 + draw.choice(rng, [0.4, 0.25, 0.15, 0.11, 0.09], count), 0)
    ledger.first_opened_at = np.where(opened, opened_at, NEVER)
    _repeat(plan, "EmailOpened", place, opened_at, ledger.opens, 5400)

    clicked = draw.some_of(rng, arrived, 0.15, plan.floor * 4) | draw.some_of(rng, untraced, 0.3, 1)
    clicked_at = np.where(opened, opened_at + 20, delivered_at + 4000)
    ledger.clicks = np.where(clicked, 1 + draw.choice(rng, [0.55, 0.25, 0.1, 0.06, 0.04], count), 0)
    ledger.first_clicked_at = np.where(clicked, clicked_at, NEVER)
    _click(plan, ledger, "EmailClicked", np.arange(count), clicked_at, ledger.clicks, 47)

    bots = draw.some_of(rng, arrived, 0.06, plan.floor * 3)
    ledger.bot_clicks = np.where(bots, 1 + draw.choice(rng, [0.3, 0.3, 0.2, 0.2], count), 0)
    _click(plan, ledger, "BotEmailLinkClicked", np.arange(count), delivered_at + 3, ledger.bot_clicks, 1)

    for entity, share, engines, name in (
        ("EmailAddressOptedOut", 0.005, ~outbound, "was_unsubscribed"),
        ("EmailFeedbackLoop", 0.0008, ~outbound, "was_spam_reported"),
        ("EmailFeedbackLoop", 0.0008, outbound, "was_spam_reported"),
        ("EmailForwarded", 0.004, outbound, "forwards"),
        ("EmailForwarded", 0.002, ~outbound, "forwards"),
        ("EmailSubscriptionSubmit", 0.006, outbound, None),
    ):
        # test sends bring no such thing
        eligible = np.flatnonzero(arrived & engines & (plan.places("journey")[place] >= 0))
        rows = eligible[draw.some(rng, len(eligible), share, plan.floor * 2)]
        at = delivered_at[rows] + draw.late(rng, len(rows), 30000, 15 * 86400)
        if entity == "EmailForwarded":
            told = outbound[rows] | (at < alone_until[rows])
            rows, at = rows[told], at[told]
        plan.emit(entity, place[rows], at)
        if name:
            getattr(ledger, name)[rows] = 1
    for engine, pool in ((False, "real_time_clicks"), (True, "outbound_clicks")):
        chosen = clicked & (outbound == engine) & (plan.places("step")[place] >= 0)
        plan.offer(pool, place[chosen], clicked_at[chosen])


def follow(
    plan: Plan, ledger: Ledger, name: str, entity: str, rows, at, share: float, mean_gap: int, first: str | None = None
) -> np.ndarray:
    """Plan up to three rows of what people (or bots) do with some of the messages `rows`, and count them in the ledger.

    `name` is the ledger's count, `first` its first time; returns the rows that did it.
    """
    rows = rows[draw.some(plan.rng, len(rows), share, plan.floor * 2)]
    times = 1 + draw.choice(plan.rng, [0.7, 0.2, 0.1], len(rows)).astype(np.int64)
    first_at = at[rows] + draw.seconds(plan.rng, len(rows), 2, mean_gap)
    getattr(ledger, name)[rows] = times
    if first:
        getattr(ledger, first)[rows] = first_at
    if "clicks" in name:
        _click(plan, ledger, entity, rows, first_at, times, 61)
    elif name == "replies":
        turns, at = _turns(first_at, times, 61)
        inbound.reply(plan, ledger.channel, entity, ledger.place[rows[turns]], at)
    else:
        _repeat(plan, entity, ledger.place[rows], first_at, times, 61)
    return rows


def _turns(first_at: np.ndarray, times: np.ndarray, gap: int) -> tuple[np.ndarray, np.ndarray]:
    """Repeat each position `times` times: the positions, and times of which the first is `first_at`, then a `gap`."""
    rows = np.repeat(np.arange(len(times)), times)
    turn = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    return rows, first_at[rows] + turn * (gap + rows % gap)


def _repeat(plan: Plan, entity: str, place: np.ndarray, first_at: np.ndarray, times: np.ndarray, gap: int) -> None:
    """Plan `times` rows for each place, the first at `first_at`, the others `gap` seconds or more apart."""
    rows, at = _turns(first_at, times, gap)
    plan.emit(entity, place[rows], at)


def _click(plan: Plan, ledger: Ledger, entity: str, rows: np.ndarray, first_at, times, gap: int) -> None:
    """Plan clicks like `_repeat`, on links of the messages `rows` of a ledger."""
    turns, at = _turns(first_at, times, gap)
    rows = rows[turns]
    links.click(plan, ledger.channel, entity, ledger.place[rows], at, ledger.domain[rows])
