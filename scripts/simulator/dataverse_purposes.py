"""What messages are sent for, and people agree to or refuse: purposes and their topics, as records of Dataverse."""

from __future__ import annotations

from .audience import PURPOSES
from .dataverse import OPTIONS, Tables
from .tenant import EMAIL, REAL_TIME, Tenant

TYPES = ["commercial", "transactional", "tracking"]
ENFORCEMENT = ["restrictive", "non_restrictive", "disabled"]
SMS_MODEL, VOICE_MODEL = [0, 1, None], [None, 0]  # places in ENFORCEMENT, by the number of the purpose


def of_messages(tenant: Tenant) -> dict[str, tuple[str, str | None]]:
    """Return what e-mails with a record are sent for: a purpose, and of some a topic. One in five tells neither."""
    kinds = dict(zip(tenant.step_message.tolist(), tenant.step_kind.tolist(), strict=True))
    purposes, found = tenant.guid_lists["RequestObjectId"].to_pylist(), {}
    for number, message in enumerate(tenant.messages.to_pylist()):
        real_time = tenant.journey_engine[tenant.message_journey[number]] == REAL_TIME
        if real_time and kinds[number] == EMAIL and number % 13 != 7 and number % 5 != 4:
            purpose = purposes[number % len(purposes)]
            found[message] = purpose, topic_of(purpose) if number % 2 else None
    return found


def add(tables: Tables, tenant: Tenant) -> None:
    """Add the records of all purposes and topics, and what is true of them."""
    for number, purpose in enumerate(tenant.guid_lists["RequestObjectId"].to_pylist()):
        values = {"msdynmkt_name": f"{PURPOSES[number]} 2025", "msdynmkt_type": OPTIONS + number % 3}
        sms, voice = SMS_MODEL[number % len(SMS_MODEL)], VOICE_MODEL[number % len(VOICE_MODEL)]
        values |= {
            "msdynmkt_enforcementmodel": OPTIONS + number % 3,
            "msdynmkt_smsenforcementmodel": None if sms is None else OPTIONS + sms,
            "msdynmkt_voiceenforcementmodel": None if voice is None else OPTIONS + voice,
        }
        tables.add("msdynmkt_purpose", purpose, values, {"msdynmkt_name": PURPOSES[number]} if number % 2 else None)
        tables.name("purpose", purpose, values["msdynmkt_name"], None, None, False)
        topic = topic_of(purpose)
        values = {"msdynmkt_name": f"Topic {number}", "msdynmkt_purposeid": purpose}
        tables.add("msdynmkt_topic", topic, values)
        tables.name("topic", topic, values["msdynmkt_name"], None, None, False)
        tables.truth["purposes"].append({
            "purpose_id": purpose, "purpose_name": f"{PURPOSES[number]} 2025", "purpose_type": TYPES[number % 3],
            "topic_id": topic, "topic_name": values["msdynmkt_name"], "email_model": ENFORCEMENT[number % 3],
            "sms_model": ENFORCEMENT[sms or 0], "custom_model": "restrictive", "voice_model": ENFORCEMENT[voice or 0],
        })  # fmt: skip


def topic_of(purpose: str) -> str:
    """Return the id of the one topic of a purpose."""
    return "ffff" + purpose[4:]
