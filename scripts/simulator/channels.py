"""The channels beside email: text messages, messages of custom channels, push notifications and voice calls."""

from __future__ import annotations

import numpy as np

from . import calls, draw
from .attempts import Attempts
from .block_reasons import CUSTOM_REASONS, PUSH_REASONS, SMS_REASONS, VOICE_FAILURES, VOICE_REASONS
from .ledger import Ledger
from .plan import NEVER, Plan, pick
from .reactions import follow
from .tenant import CUSTOM, PUSH, SMS, VOICE


def sms(plan: Plan, tries: Attempts) -> None:
    """Plan text messages: they have no opens."""
    ledger = Ledger(plan, SMS, tries.place)
    _simple_channel(plan, ledger, tries, "Sms", SMS_REASONS)


def custom(plan: Plan, tries: Attempts) -> None:
    """Plan messages of custom channels."""
    ledger = Ledger(plan, CUSTOM, tries.place)
    _simple_channel(plan, ledger, tries, "Custom", CUSTOM_REASONS)


def push(plan: Plan, tries: Attempts) -> None:
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
    follow(plan, ledger, "opens", "PushNotificationOpened", rows, at, 0.3, 30000, "first_opened_at")
    follow(plan, ledger, "clicks", "PushNotificationLinkClicked", rows, at, 0.1, 40000, "first_clicked_at")
    follow(plan, ledger, "bot_clicks", "BotPushNotificationLinkClicked", rows, at, 0.02, 30)
    ledger.close()


def voice(plan: Plan, tries: Attempts) -> None:
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
    follow(plan, ledger, "clicks", f"{prefix}LinkClicked", rows, delivered_at, 0.11, 40000, "first_clicked_at")
    follow(plan, ledger, "bot_clicks", f"Bot{prefix}LinkClicked", rows, delivered_at, 0.03, 30)
    follow(plan, ledger, "replies", f"{prefix}Received", rows, delivered_at, 0.02, 90000)
    ledger.close()


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
    ledger.note_reasons(rows, at[rows], entity, options, why)
