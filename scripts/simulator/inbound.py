"""What people write back: texts with and without keywords, and the truth about each."""

from __future__ import annotations

import numpy as np

from . import draw
from .plan import Coded, Plan, pick
from .tenant import CUSTOM, MESSAGE_KINDS, SMS

# Text or trigger keyword, its keyword, what that asks for, and whether nothing else is there.
TEXTS = {
    SMS: [
        ("STOP", "STOP", "opt_out", True),
        (" stop. ", "STOP", "opt_out", True),
        ("Stop sending me this", "STOP", "opt_out", False),
        ("Unsubscribe", "UNSUBSCRIBE", "opt_out", True),
        ("START", "START", "opt_in", True),
        ("YES", "YES", "opt_in", True),
        ("HELP", "HELP", "help", True),
        ("Thanks!", None, None, False),
        ("Stopped by yesterday, nobody was there", None, None, False),
        ("Where can I stop this?", None, None, False),
        ("???", None, None, False),
        (None, None, None, False),
    ],
    CUSTOM: [
        ("Yes please", "YES", "opt_in", False),
        ("Call me tomorrow", None, None, False),
        ("No, thank you", None, None, False),
        ("Which sizes, and when?", None, None, False),
        ("info", "INFO", "help", True),
        (None, None, None, False),
    ],
}
TRIGGERS = [
    ("START", "START", "opt_in", False),
    ("JOIN", None, None, False),
    ("INFO", "INFO", "help", False),
    (None, None, None, False),
]
RESPONSE_TYPES = ["Keyword", "FreeText"]


def reply(plan: Plan, channel: int, entity: str, place: np.ndarray, at: np.ndarray) -> None:
    """Plan inbound messages of one `channel` that answer the messages at these places."""
    words = TEXTS[channel]
    drawn = draw.choice(plan.rng, np.ones(len(words)), len(place))
    text = pick(words, 0, drawn)
    plan.emit(entity, place, at, **{"Text" if channel == SMS else "Message": text})
    _record(plan, channel, entity, place, at, words, drawn, has_text=text.codes >= 0)


def respond(plan: Plan, place: np.ndarray, at: np.ndarray) -> None:
    """Plan responses to outbound custom-channel activities: they name no message, only what the words triggered."""
    drawn = draw.choice(plan.rng, np.ones(len(TRIGGERS)), len(place))
    trigger, kind = pick(TRIGGERS, 0, drawn), Coded(RESPONSE_TYPES, np.where(drawn == 3, 1, 0))
    plan.emit("CustomChannelResponse", place, at, TriggerKeyword=trigger, ResponseType=kind)
    nothing = np.zeros(len(place), bool)
    _record(plan, CUSTOM, "CustomChannelResponse", place, at, TRIGGERS, drawn, nothing, trigger, kind)


def _record(plan, channel, entity, place, at, words, drawn, has_text, trigger=None, kind=None) -> None:
    """Record the truth about inbound messages; the keyword is that of the `drawn` words."""
    none = Coded([""], np.full(len(place), -1))
    keys = plan.keys(place)
    if entity == "CustomChannelResponse":  # it has no such column
        keys["message"] = np.full(len(place), -1)
    plan.record(
        "inbound",
        **keys,
        interaction_type=Coded([entity], np.zeros(len(place), np.int8)),
        channel=Coded(MESSAGE_KINDS, np.full(len(place), channel, np.int8)),
        occurred_at=np.asarray(at, dtype=np.int64),
        has_text=has_text,
        keyword=pick(words, 1, drawn),
        keyword_type=pick(words, 2, drawn),
        is_keyword_only=np.array([word[3] for word in words])[drawn],
        trigger_keyword=trigger or none,
        response_type=kind or none,
    )
