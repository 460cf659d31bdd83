"""Messages of all channels: blocked, sent, delivered, bounced, opened, clicked, and the truth about each attempt."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import calls, draw, inbound, links
from .journeys import Attempts, pick
from .plan import NEVER, Coded, Plan, earliest
from .schema import Entity
from .tenant import CUSTOM, EMAIL, MESSAGE_KINDS, OUTBOUND, PUSH, REAL_TIME, SMS, VOICE
from .vocabulary import (
    CUSTOM_REASONS,
    EMAIL_BLOCKS,
    EMAIL_UMBRELLA,
    MAIL_DOMAINS,
    PUSH_REASONS,
    SMS_REASONS,
    VOICE_FAILURES,
    VOICE_REASONS,
)

# What becomes of an email. "untraced" is opened although its send was never logged.
FATES = [
    "delivered",
    "sent_only",
    "bounced",
    "bounced_then_delivered",
    "taken_back",
    "delivered_unsent",
    "untraced",
    "blocked",
    "resent",
]
FATE_WEIGHTS = [0.885, 0.008, 0.022, 0.004, 0.008, 0.003, 0.004, 0.062, 0.004]
DELIVERED, SENT_ONLY, BOUNCED, BOUNCED_THEN_DELIVERED, TAKEN_BACK, DELIVERED_UNSENT, UNTRACED, BLOCKED, RESENT = range(
    9
)
# How an email bounces: the rows it leaves, as entity and BounceType, and the type that counts.
BOUNCES = [
    ([("EmailHardBounced", "HardBounce")], "hard"),
    ([("EmailSoftBounced", "SoftBounce")], "soft"),
    ([("EmailBounced", "HardBounce")], "hard"),
    ([("EmailBounced", "SoftBounce")], "soft"),
    ([("EmailBounced", "HardBounce"), ("EmailHardBounced", "HardBounce")], "hard"),
    ([("EmailSoftBounced", "SoftBounce"), ("EmailBounced", "SoftBounce")], "soft"),
    ([("EmailSoftBounced", "SoftBounce"), ("EmailHardBounced", "HardBounce")], "hard"),
]
BOUNCE_WEIGHTS = [0.2, 0.35, 0.08, 0.12, 0.08, 0.12, 0.05]
HARD_CATEGORIES = ["invalid-mailbox", "invalid-domain"]
SOFT_CATEGORIES = [
    "full-mailbox",
    "inactive-mailbox",
    "greylisting-issues",
    "connection-error",
    "dmarc-issues",
    "suppression-list",
    "content-rejected",  # in no list of the vendor's
    "other",
]
BOUNCE_TYPES = ["hard", "soft", "block"]
BROKEN_ADDRESS = {"InvalidRecipientAddress", "EmailBlockedInvalidRecipientAddress"}


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
            return self.plan.people.phone.take(pa.array(person))
        address = pc.utf8_lower(self.plan.people.email.take(pa.array(person, mask=self.domain < 0)))
        return pc.if_else(pa.array(self.broken), self.plan.people.bad_email.take(pa.array(person)), address)


def simulate(plan: Plan, steps: Attempts, activities: Attempts, entities: dict[str, Entity]) -> None:
    """Plan everything that happens to the messages of real-time `steps` and of outbound `activities`.

    `entities` says which columns a block has, and so which of them holds the reason that counts.
    """
    tests = _test_sends(plan, len(steps.place))
    kind = plan.tenant.step_kind[plan.places("step")[steps.place]]
    emails = kind == EMAIL
    place = np.concatenate([steps.place[emails], activities.place, tests.place])
    at = np.concatenate([steps.at[emails], activities.at, tests.at])
    stopped = np.concatenate([steps.stopped[emails], activities.stopped, tests.stopped])
    _emails(plan, Attempts(place, at, stopped), entities)
    for channel, simulate_channel in ((SMS, _sms), (PUSH, _push), (CUSTOM, _custom), (VOICE, _voice)):
        of = kind == channel
        simulate_channel(plan, Attempts(steps.place[of], steps.at[of], steps.stopped[of]))


def _test_sends(plan: Plan, attempts: int) -> Attempts:
    """Send a few emails as tests: they belong to no journey. Each person gets one at most."""
    rng, tenant = plan.rng, plan.tenant
    count = min(len(plan.people), max(round(attempts * 0.004), plan.floor))
    person = rng.choice(len(plan.people), count, replace=False)
    mails = np.flatnonzero(
        (tenant.step_message >= 0) & (tenant.step_kind == EMAIL)
    )  # EMAIL and MAIL_ACTIVITY are both 0
    message = tenant.step_message[mails[rng.integers(0, len(mails), count)]]
    engine = tenant.journey_engine[tenant.message_journey[message]]
    at = tenant.journey_start[tenant.message_journey[message]] + draw.seconds(rng, count, 0, 80 * 86400)
    places = [
        plan.add_places(person[engine == code], engine=code, message=message[engine == code])
        for code in (REAL_TIME, OUTBOUND)
    ]
    return Attempts(
        np.concatenate(places),
        np.concatenate([at[engine == code] for code in (REAL_TIME, OUTBOUND)]),
        np.zeros(count, bool),
    )


def _emails(plan: Plan, tries: Attempts, entities: dict[str, Entity]) -> None:
    """Plan the emails: decide the fate of each attempt, then what people and bots do with those that arrive."""
    rng, count, place = plan.rng, len(tries.place), tries.place
    ledger = Ledger(plan, EMAIL, place)
    ledger.domain = plan.people.domain[plan.places("person")[place]].astype(np.int32)
    known = plan.places("known")[place]
    outbound = plan.places("engine")[place] == OUTBOUND
    kinds = 24 * plan.floor + 12 * (plan.floor > 0)  # one engine has about 24 block entities
    fate = np.where(tries.stopped, BLOCKED, draw.choice(rng, FATE_WEIGHTS, count))
    for rare, least in (
        (BLOCKED, kinds),
        (BOUNCED, 8 * plan.floor),
        (TAKEN_BACK, 4 * plan.floor),
        (RESENT, plan.floor),
    ):
        for engine in (False, True):  # small exports show every fate in both engines
            spare = np.flatnonzero((fate == DELIVERED) & known & (outbound == engine))
            missing = least - int(((fate == rare) & (outbound == engine)).sum())
            fate[rng.permutation(spare)[: min(max(missing, 0), len(spare) // 3)]] = rare
    fate = np.where(~known & ((fate == BLOCKED) | (fate == RESENT)), DELIVERED, fate)  # nobody to ask for consent

    _block_emails(plan, ledger, fate, tries.at, outbound, entities)
    at = tries.at + np.where(fate == RESENT, draw.seconds(rng, count, 3600, 3 * 86400), 0)
    sent = (fate <= TAKEN_BACK) | (fate == RESENT)
    ledger.sent_at = np.where(sent, at, NEVER)
    plan.emit("EmailSent", place[sent], at[sent])
    copied = draw.some_of(rng, sent & ~outbound, 0.004, plan.floor * 2)
    plan.emit("EmailCcSent", place[copied], at[copied] + 1)

    arrived = np.isin(fate, (DELIVERED, BOUNCED_THEN_DELIVERED, DELIVERED_UNSENT, RESENT))
    delivered_at = at + draw.seconds(rng, count, 1, 90) + np.where(fate == BOUNCED_THEN_DELIVERED, 5400, 0)
    ledger.delivered_at = np.where(arrived, delivered_at, NEVER)
    _deliver(plan, place, arrived, fate == TAKEN_BACK, delivered_at)
    _bounce(plan, ledger, fate, at, delivered_at, outbound)
    _react(plan, ledger, arrived, fate == UNTRACED, delivered_at, outbound)
    ledger.close()
    for engine, name in ((False, "real_time"), (True, "outbound")):
        chosen = arrived & (outbound == engine) & (plan.places("journey")[place] >= 0)
        plan.offer(f"{name}_emails", place[chosen], delivered_at[chosen])


def _deliver(plan: Plan, place, arrived, taken_back, delivered_at) -> None:
    """Plan EmailDelivered: 1 (or no count) where it `arrived`, 1 and then -1 where a late bounce took it back."""
    rng = plan.rng
    counts = np.where(draw.chance(rng, int(arrived.sum()), 0.02), -1, 0)
    plan.emit("EmailDelivered", place[arrived], delivered_at[arrived], DeliveredCount=Coded([1], counts))
    there, back_at = place[taken_back], delivered_at[taken_back] + 7200
    ids = draw.hex_ids(rng, len(there))
    one = np.zeros(len(there), dtype=np.int8)
    for number, at, returned in ((1, delivered_at[taken_back], False), (-1, back_at, True)):
        # the second row repeats the IdempotencyId of the first one, so only the count tells them apart
        words = (
            {"WasRemoteBounced": Coded(["true"], one), "BounceCategory": Coded(["invalid-mailbox"], one)}
            if returned
            else {}
        )
        words |= {"Reason": Coded(["RemoteBounce"], one)} if returned else {}
        plan.emit("EmailDelivered", there, at, DeliveredCount=Coded([number], one), IdempotencyId=ids, **words)


def _bounce(plan: Plan, ledger: Ledger, fate, at, delivered_at, outbound) -> None:
    """Plan the bounce rows and note type (hard outranks soft) and earliest time of each bounced message."""
    rng, place = plan.rng, ledger.place
    rows = np.flatnonzero(fate == BOUNCED)
    way = draw.quota(rng, BOUNCE_WEIGHTS, len(rows), plan.floor * 2)
    for code, (events, worst) in enumerate(BOUNCES):
        chosen = rows[way == code]
        first_at = at[chosen] + draw.seconds(rng, len(chosen), 5, 900)
        for turn, (entity, kind) in enumerate(events):
            _emit_bounce(plan, entity, kind, place[chosen], first_at + turn * 1800, remote=False)
        ledger.bounced_at[chosen] = first_at
        ledger.bounce_type[chosen] = BOUNCE_TYPES.index(worst)

    retried = np.flatnonzero(fate == BOUNCED_THEN_DELIVERED)
    soft_at = at[retried] + 1800
    _emit_bounce(plan, "EmailSoftBounced", "SoftBounce", place[retried], soft_at, remote=False)
    ledger.bounced_at[retried] = soft_at
    ledger.bounce_type[retried] = BOUNCE_TYPES.index("soft")

    back = np.flatnonzero(fate == TAKEN_BACK)
    hard = draw.quota(rng, [0.6, 0.4], len(back), plan.floor) == 0
    for is_hard, is_outbound, entity in (
        (True, True, "EmailHardRemoteBounced"),
        (False, True, "EmailSoftRemoteBounced"),
        (True, False, "EmailHardBounced"),
        (False, False, "EmailSoftBounced"),
    ):
        chosen = back[(hard == is_hard) & (outbound[back] == is_outbound)]
        back_at = delivered_at[chosen] + 7200
        _emit_bounce(plan, entity, "HardBounce" if is_hard else "SoftBounce", place[chosen], back_at, remote=True)
        ledger.bounced_at[chosen] = back_at
        ledger.bounce_type[chosen] = BOUNCE_TYPES.index("hard" if is_hard else "soft")


def _emit_bounce(plan: Plan, entity: str, kind: str, place: np.ndarray, at: np.ndarray, *, remote: bool) -> None:
    """Plan rows of one bounce entity with a category that fits the `kind` (HardBounce or SoftBounce)."""
    words = HARD_CATEGORIES if kind == "HardBounce" else SOFT_CATEGORIES
    none = np.zeros(len(place), dtype=np.int8)
    category = Coded(words, draw.choice(plan.rng, np.ones(len(words)), len(place)))
    flag = Coded(["true" if remote else "false"], none)
    plan.emit(entity, place, at, BounceType=Coded([kind], none), BounceCategory=category, RemoteBounce=flag)


def _react(plan: Plan, ledger: Ledger, arrived, untraced, delivered_at, outbound) -> None:
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
        ("EmailSubscriptionSubmit", 0.006, outbound, None),
    ):
        # test sends bring no such thing
        eligible = np.flatnonzero(arrived & engines & (plan.places("journey")[place] >= 0))
        rows = eligible[draw.some(rng, len(eligible), share, plan.floor * 2)]
        plan.emit(entity, place[rows], delivered_at[rows] + draw.late(rng, len(rows), 30000, 15 * 86400))
        if name:
            getattr(ledger, name)[rows] = 1
    for engine, pool in ((False, "real_time_clicks"), (True, "outbound_clicks")):
        chosen = clicked & (outbound == engine) & (plan.places("journey")[place] >= 0)
        plan.offer(pool, place[chosen], clicked_at[chosen])


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


def _block_emails(
    plan: Plan, ledger: Ledger, fate: np.ndarray, at: np.ndarray, outbound: np.ndarray, entities: dict[str, Entity]
) -> None:
    """Plan the block rows of emails: a specific entity, an umbrella row beside it, or the umbrella row alone."""
    rng, place = plan.rng, ledger.place
    rows = np.flatnonzero((fate == BLOCKED) | (fate == RESENT))
    resent = fate == RESENT
    alone = draw.some(rng, len(rows), 0.2, plan.floor * 3)
    _umbrella_alone(plan, ledger, rows[alone], at)
    rows = rows[~alone]
    for engine, letter in ((False, "R"), (True, "O")):
        members = rows[outbound[rows] == engine]
        weights = [weight if letter in engines else 0 for _, engines, weight, *_ in EMAIL_BLOCKS]
        kind = draw.quota(rng, weights, len(members), plan.floor, plan.groups(place[members]))
        for code, (entity, _, _, category, consent, reason, group, details) in enumerate(EMAIL_BLOCKS):
            chosen = members[kind == code]
            if not len(chosen):
                continue
            columns = entities[entity].columns if entity in entities else {}
            words = {"BlockedReason": reason, "Category": group, "Details": details}
            words = {name: word for name, word in words.items() if name in columns and word is not None}
            silent = draw.chance(rng, len(chosen), 0.08)  # the first reason column is empty: the next one speaks
            values, raw = _reason_columns(words, silent)
            broken = np.full(len(chosen), entity in BROKEN_ADDRESS) & ~resent[chosen]
            address = _addresses(plan, place[chosen], broken)
            plan.emit(entity, place[chosen], at[chosen], EmailAddressUsed=address, **values)
            beside = draw.chance(rng, len(chosen), 0.4)
            umbrella_at = at[chosen] + np.where(draw.chance(rng, len(chosen), 0.5), -1, 2)
            texts = {"BlockedReason": reason or "Other", "Category": group or "Other"}
            texts = _reason_columns(texts, np.zeros(int(beside.sum()), bool))[0]
            twin_address = address.filter(pa.array(beside))
            plan.emit(
                "EmailBlocked", place[chosen][beside], umbrella_at[beside], EmailAddressUsed=twin_address, **texts
            )
            plan.record(
                "contradictions",
                **plan.keys(place[chosen][beside]),
                exception_type=Coded(["umbrella_overlap"], np.zeros(int(beside.sum()), np.int8)),
                channel=Coded(MESSAGE_KINDS, np.full(int(beside.sum()), EMAIL)),
                occurred_at=umbrella_at[beside],
            )
            first_at = np.where(beside, np.minimum(at[chosen], umbrella_at), at[chosen])
            for silence in (False, True):
                part = silent == silence
                ledger.block(chosen[part], first_at[part], entity, raw[silence], category, consent)
            if entity == "EmailBlockBounced":
                ledger.bounced_at[chosen] = at[chosen]
                ledger.bounce_type[chosen] = BOUNCE_TYPES.index("block")
            # an address without a domain; or none on this entity, unless the umbrella row or a later send shows it
            hidden = "EmailAddressUsed" not in columns
            ledger.broken[chosen[broken]] = True
            ledger.domain[chosen[broken | (hidden & ~beside & ~resent[chosen])]] = -1
            if consent and not engine:
                _second_block(plan, ledger, chosen, at)


def _addresses(plan: Plan, place: np.ndarray, broken: np.ndarray) -> pa.Array:
    """Return the addresses of the people at these places, without an @ where `broken`."""
    person = pa.array(plan.places("person")[place])
    return pc.if_else(pa.array(broken), plan.people.bad_email.take(person), plan.people.email.take(person))


def _reason_columns(words: dict[str, str], silent: np.ndarray) -> tuple[dict[str, Coded], list[str | None]]:
    """Return the reason columns, the first null where `silent`, and the reason that counts: [spoken, silent]."""
    count, names = len(silent), list(words)
    values = {name: Coded([words[name]], np.zeros(count, dtype=np.int8)) for name in names}
    if names:
        values[names[0]] = Coded([words[names[0]]], np.where(silent, -1, 0))
    spoken = [words[name] for name in names] + [None, None]
    return values, spoken[:2]


def _second_block(plan: Plan, ledger: Ledger, rows: np.ndarray, at: np.ndarray) -> None:
    """Give a few consent blocks a second, specific row about something else; the consent block still counts."""
    twice = rows[draw.chance(plan.rng, len(rows), 0.06)]
    earlier = at[twice] - 4
    plan.emit("EmailBlockedFrequencyCapReached", ledger.place[twice], earlier)
    ledger.blocked_at[twice] = earliest(ledger.blocked_at[twice], earlier)
    ledger.has_other_cause[twice] = True


def _umbrella_alone(plan: Plan, ledger: Ledger, rows: np.ndarray, at: np.ndarray) -> None:
    """Plan EmailBlocked rows without a specific entity; their reason says whether consent stopped the message."""
    why = draw.quota(plan.rng, np.ones(len(EMAIL_UMBRELLA)), len(rows), plan.floor)
    texts = {"BlockedReason": pick(EMAIL_UMBRELLA, 0, why), "Category": pick(EMAIL_UMBRELLA, 1, why)}
    plan.emit("EmailBlocked", ledger.place[rows], at[rows], **texts)
    _note_reasons(ledger, rows, at[rows], "EmailBlocked", EMAIL_UMBRELLA, why)


def _note_reasons(ledger: Ledger, rows, at, entity: str, options: list[tuple], why: np.ndarray) -> None:
    """Note blocks whose reason is one of `options`: (reason, second text, consent reason, category)."""
    for code, (reason, text, consent, category) in enumerate(options):
        part = why == code
        ledger.block(rows[part], at[part], entity, reason or text, category, consent)


def _fates(plan: Plan, tries: Attempts, weights: list[float]) -> np.ndarray:
    """Draw what becomes of each message of a simple channel: 0 blocked, 1 blocked and sent later, then others."""
    fate = draw.quota(plan.rng, weights, len(tries.place), plan.floor * 3)
    known = plan.places("known")[tries.place]
    return np.where(tries.stopped & known, 0, np.where(~known & (fate <= 1), 2, fate))


def _not_sent(plan: Plan, ledger: Ledger, rows, at, entity: str, column: str, options: list[tuple]) -> None:
    """Plan blocked messages of a simple channel: `column` holds the reason, Details the second text."""
    why = draw.quota(plan.rng, np.ones(len(options)), len(rows), plan.floor)
    values = {column: pick(options, 0, why), "Details": pick(options, 1, why)}
    if ledger.channel == VOICE:
        values["ProactiveEngagementConfigId"] = calls.configuration(plan, ledger.place[rows])
    plan.emit(entity, ledger.place[rows], at[rows], **values)
    _note_reasons(ledger, rows, at[rows], entity, options, why)


def _follow(
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


def _sms(plan: Plan, tries: Attempts) -> None:
    """Plan text messages: they have no opens."""
    ledger = Ledger(plan, SMS, tries.place)
    _simple_channel(plan, ledger, tries, "Sms", SMS_REASONS)


def _custom(plan: Plan, tries: Attempts) -> None:
    """Plan messages of custom channels."""
    ledger = Ledger(plan, CUSTOM, tries.place)
    _simple_channel(plan, ledger, tries, "Custom", CUSTOM_REASONS)


def _simple_channel(plan: Plan, ledger: Ledger, tries: Attempts, prefix: str, options: list[tuple]) -> None:
    """Plan a channel with the entities <prefix>NotSent, Sent, Delivered, Bounced, LinkClicked and Received."""
    rng, place, count = plan.rng, tries.place, len(tries.place)
    fate = _fates(plan, tries, [0.06, 0.01, 0.88, 0.03, 0.02])  # then: delivered, bounced, sent only
    _not_sent(plan, ledger, np.flatnonzero(fate <= 1), tries.at, f"{prefix}NotSent", "BlockedReason", options)
    at = tries.at + np.where(fate == 1, 5000, 0)
    sent = fate >= 1
    ledger.sent_at = np.where(sent, at, NEVER)
    plan.emit(f"{prefix}Sent", place[sent], at[sent])
    delivered = (fate == 1) | (fate == 2)
    delivered_at = at + draw.seconds(rng, count, 1, 40)
    ledger.delivered_at = np.where(delivered, delivered_at, NEVER)
    plan.emit(f"{prefix}Delivered", place[delivered], delivered_at[delivered])
    bounced = fate == 3
    ledger.bounced_at = np.where(bounced, at + 15, NEVER)
    plan.emit(f"{prefix}Bounced", place[bounced], at[bounced] + 15)
    rows = np.flatnonzero(delivered)
    _follow(plan, ledger, "clicks", f"{prefix}LinkClicked", rows, delivered_at, 0.11, 40000, "first_clicked_at")
    _follow(plan, ledger, "bot_clicks", f"Bot{prefix}LinkClicked", rows, delivered_at, 0.03, 30)
    _follow(plan, ledger, "replies", f"{prefix}Received", rows, delivered_at, 0.02, 90000)
    ledger.close()


def _push(plan: Plan, tries: Attempts) -> None:
    """Plan push notifications: what was sent counts as delivered, and no consent is checked."""
    ledger = Ledger(plan, PUSH, tries.place)
    fate = _fates(plan, tries, [0.06, 0.01, 0.93])
    _not_sent(
        plan, ledger, np.flatnonzero(fate <= 1), tries.at, "PushNotificationNotSent", "BlockedReason", PUSH_REASONS
    )
    at = tries.at + np.where(fate == 1, 5000, 0)
    sent = fate >= 1
    ledger.sent_at = ledger.delivered_at = np.where(sent, at, NEVER)
    plan.emit("PushNotificationSent", tries.place[sent], at[sent])
    rows = np.flatnonzero(sent)
    _follow(plan, ledger, "opens", "PushNotificationOpened", rows, at, 0.3, 30000, "first_opened_at")
    _follow(plan, ledger, "clicks", "PushNotificationLinkClicked", rows, at, 0.1, 40000, "first_clicked_at")
    _follow(plan, ledger, "bot_clicks", "BotPushNotificationLinkClicked", rows, at, 0.02, 30)
    ledger.close()


def _voice(plan: Plan, tries: Attempts) -> None:
    """Plan calls: blocked before the request, not attempted after it, still waiting, or attempted once or more."""
    rng, place, count = plan.rng, tries.place, len(tries.place)
    ledger = Ledger(plan, VOICE, place)
    fate = _fates(plan, tries, [0.08, 0.02, 0.82, 0.08])  # then: attempted, not attempted
    _not_sent(plan, ledger, np.flatnonzero(fate <= 1), tries.at, "VoiceCallBlocked", "Reason", VOICE_REASONS)
    at = tries.at + np.where(fate == 1, 5000, 0)
    known = plan.places("known")[place]
    fate = np.where(~known & (fate == 3), 2, fate)
    silent = (fate == 3) & draw.chance(rng, count, 0.4)  # the request itself was not logged
    sent = (fate >= 1) & ~silent
    ledger.sent_at = np.where(sent, at, NEVER)
    plan.emit(
        "VoiceCallSent", place[sent], at[sent], ProactiveEngagementConfigId=calls.configuration(plan, place[sent])
    )
    _not_sent(plan, ledger, np.flatnonzero(fate == 3), at + 60, "VoiceCallNotAttempted", "Reason", VOICE_FAILURES)
    waiting = draw.some_of(rng, fate == 2, 0.02, plan.floor)  # requested; nothing has happened since
    attempted = ((fate == 1) | (fate == 2)) & ~waiting
    not_attempted_at = np.where(fate == 3, at + 60, NEVER)
    calls.attempt(plan, ledger, np.flatnonzero(attempted), at + 40, not_attempted_at)
    ledger.close()
