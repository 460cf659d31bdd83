"""Clicks on the links of messages: which link each click is on, what its row says of the link, and the truth about it.

Each message has four links. In emails the first two lead to one page, as a picture and a button do, and only their ids
tell them apart; the last one has no id. Other channels have no ids, so the page decides and the second is never drawn.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import draw
from .plan import Coded, Plan, pick
from .tenant import EMAIL, LINKS_EACH, MESSAGE_KINDS
from .vocabulary import LINKS, MAIL_DOMAINS

PAGE_OF = np.array([0, 0, 1, 2])  # link of a message -> its page, counted from the message's first one
NAMES = ["Shop now", "Shop now", "Read more", "Preferences"]  # a label is no key: the first two share theirs
TEXTS = [None, "Go to the shop", "Read more", "Change your preferences"]  # a picture has no words
WEIGHTS = {True: [5, 3, 2, 1], False: [5, 0, 3, 2]}  # by whether it is an email
READERS = 40  # different personal endings of an address
PERSONAL = [f"{page}?reader={number}" for page in LINKS for number in range(READERS)]
LOST = 0.01  # share of the clicks that say nothing of their link


def click(plan: Plan, channel: int, entity: str, place: np.ndarray, at: np.ndarray, domain: np.ndarray) -> None:
    """Plan clicks by people or, where the `entity` is one of bots, by software; `domain` is the recipient's."""
    rng, count = plan.rng, len(place)
    if not count:
        return
    message = plan.places("message")[place]
    slot = draw.choice(rng, WEIGHTS[channel == EMAIL], count)
    lost = draw.chance(rng, count, LOST)
    page = (message + PAGE_OF[slot]) % len(LINKS)
    has_id = (slot < LINKS_EACH - 1) & ~lost if channel == EMAIL else np.zeros(count, bool)
    link_id = plan.tenant.links.take(pa.array(message * LINKS_EACH + slot, mask=~has_id))
    personal = Coded(PERSONAL, np.where(lost, -1, page * READERS + rng.integers(0, READERS, count)))
    name, text = (
        pick([(word,) for word in words] + [(None,)], 0, np.where(lost, -1, slot)) for words in (NAMES, TEXTS)
    )

    # Some messages are of a time when fewer columns told the link.
    told = np.where(lost, 0, np.minimum(message % 8, 4))
    plain = {
        column: Coded(LINKS, np.where(told >= since, page, -1))
        for column, since in (("OriginalContentLink", 4), ("OriginalUrl", 3), ("OriginalLink", 2))
    }
    target = Coded(PERSONAL, np.where((told == 0) & (channel == EMAIL), -1, personal.codes))
    plan.emit(
        entity, place, at, LinkId=link_id.dictionary_encode(), LinkName=name, LinkFriendlyName=name, LinkText=text,
        TargetUrl=target, Link=personal, **plain,
    )  # fmt: skip
    plan.record(
        "link_clicks",
        **plan.keys(place),
        channel=Coded(MESSAGE_KINDS, np.full(count, channel, np.int8)),
        occurred_at=np.asarray(at, dtype=np.int64),
        is_bot=np.full(count, entity.startswith("Bot")),
        link_number=np.where(lost, -1, slot),
        link_id=link_id,
        link_url=Coded(LINKS, np.where(lost, -1, page)),
        link_name=name,
        link_text=Coded(text.values, text.codes if channel == EMAIL else np.full(count, -1)),
        recipient_domain=Coded(MAIL_DOMAINS, domain),
    )
