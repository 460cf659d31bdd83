"""What is known of attempts in the end, channel by channel: filled by the channels, then written as the truth."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .plan import NEVER, Coded, Plan
from .tenant import EMAIL, MESSAGE_KINDS, PUSH
from .vocabulary import MAIL_DOMAINS

BOUNCE_TYPES = ["hard", "soft", "block"]


class Ledger:
    """What is known in the end about each attempt. Times are whole seconds, NEVER where it did not happen."""

    TIMES = ("sent_at", "delivered_at", "first_opened_at", "first_clicked_at", "bounced_at", "blocked_at")
    COUNTS = ("opens", "clicks", "bot_clicks", "replies", "forwards")
    FLAGS = ("was_unsubscribed", "was_spam_reported")

    def __init__(self, plan: Plan, channel: int, place: np.ndarray):
        """Open a ledger for attempts of one `channel` (a MESSAGE_KINDS code) at the given places."""
        self.plan, self.channel, self.place = plan, channel, place
        count = len(place)
        for name in self.TIMES:
            setattr(self, name, np.full(count, NEVER, dtype=np.int64))
        for name in self.COUNTS:
            setattr(self, name, np.zeros(count, dtype=np.int64))
        for name in self.FLAGS:
            setattr(self, name, np.zeros(count, dtype=bool))
        self.bounce_type = np.full(count, -1, dtype=np.int8)
        self.has_other_cause = np.zeros(count, dtype=bool)
        self.domain = np.full(count, -1, dtype=np.int32)
        self.broken = np.zeros(count, dtype=bool)  # whether the address was written wrong
        self.words: dict[str, list[str]] = {
            name: [] for name in ("interaction_type", "raw_reason", "block_category", "consent_reason")
        }
        self.codes = {name: np.full(count, -1, dtype=np.int32) for name in self.words}

    def block(self, rows: np.ndarray, at: np.ndarray, entity: str, reason, category: str, consent: str | None) -> None:
        """Note the block that counts for `rows`: `at` is the earliest block row; the reasons may be None."""
        self.blocked_at[rows] = at
        for name, word in zip(self.words, (entity, reason, category, consent), strict=True):
            if word is not None:
                if word not in self.words[name]:
                    self.words[name].append(word)
                self.codes[name][rows] = self.words[name].index(word)

    def note_reasons(self, rows, at, entity: str, options: list[tuple], why: np.ndarray) -> None:
        """Note blocks whose reason is one of `options`: (reason, second text, consent reason, category)."""
        for code, (reason, text, consent, category) in enumerate(options):
            part = why == code
            self.block(rows[part], at[part], entity, reason or text, category, consent)

    def close(self) -> None:
        """Write the ledger into the plan's truth (messages, and blocks for those that were blocked)."""
        keys = self.plan.keys(self.place) | {
            "channel": Coded(MESSAGE_KINDS, np.full(len(self.place), self.channel, np.int8))
        }
        block = {name: Coded(self.words[name] or [""], self.codes[name]) for name in self.words}
        self.plan.record(
            "messages",
            **keys,
            **{name: getattr(self, name) for name in self.TIMES + self.COUNTS + self.FLAGS},
            bounce_type=Coded(BOUNCE_TYPES, self.bounce_type),
            block_category=block["block_category"],
            was_sent=self.sent_at != NEVER,
            was_delivered=self.delivered_at != NEVER,
            was_opened=self.opens > 0,
            was_clicked=self.clicks > 0,
            was_bot_clicked=self.bot_clicks > 0,
            was_bounced=self.bounced_at != NEVER,
            was_blocked=self.blocked_at != NEVER,
            was_consent_blocked=self.codes["consent_reason"] >= 0,
            recipient_domain=Coded(MAIL_DOMAINS, self.domain),
            contact_point=self._contact_point(),
        )
        blocked = self.blocked_at != NEVER
        self.plan.record(
            "blocks",
            **{name: values[blocked] for name, values in keys.items() if name != "channel"},
            channel=Coded(MESSAGE_KINDS, np.full(int(blocked.sum()), self.channel, np.int8)),
            blocked_at=self.blocked_at[blocked],
            has_other_cause=self.has_other_cause[blocked],
            **{name: Coded(column.values, column.codes[blocked]) for name, column in block.items()},
        )

    def _contact_point(self) -> pa.Array:
        """Return the address or number of each attempt, in lower case."""
        person = self.plan.places("person")[self.place]
        if self.channel == PUSH:
            return pa.nulls(len(person), pa.string())
        if self.channel != EMAIL:
            return self.plan.people.phone.take(pa.array(person, mask=person < 0))
        address = pc.utf8_lower(self.plan.people.email.take(pa.array(person, mask=self.domain < 0)))
        return pc.if_else(pa.array(self.broken), self.plan.people.bad_email.take(pa.array(person)), address)
