"""The records of consent in Dataverse: what addresses and numbers agreed to or refused."""

from __future__ import annotations

from hashlib import md5

from . import draw
from .audience import PURPOSES
from .dataverse import DAY, OPTIONS, Tables
from .dataverse_purposes import ENFORCEMENT, SMS_MODEL, topic_of
from .tenant import Tenant

VALUES, POINTS = ["not_set", "opted_in", "opted_out"], ["email", "sms"]
REASONS = {  # why a consent is what it is: what Dataverse keeps, by value
    0: [(-1, "no_reasons")],
    1: [(0, "opt_in_advertisement"), (1, "opt_in_landing_page"), (2, "opt_in_events")],
    2: [(3, "opt_out_content_irrelevant"), (4, "opt_out_too_frequent"), (6, "opt_out_privacy")],
}
SOURCES = [(0, "internal"), (3, "loaded"), (4, "preference_center"), (5, "realtime_marketing_form"), (None, None)]
ONE_CLICK = (7, "opt_out_one_click"), (7, "email_list_unsubscribe")


def add(tables: Tables, tenant: Tenant, address: str, point: int) -> None:
    """Add what an address or number agreed to or refused, for a purpose or its topic; sometimes it changed its mind."""
    purposes = tenant.guid_lists["RequestObjectId"].to_pylist()
    purpose, value = purposes[int(tables.rng.integers(len(purposes)))], int(tables.rng.integers(3))
    topic = topic_of(purpose) if tables.chance(0.3) else None
    why = REASONS[value][int(tables.rng.integers(len(REASONS[value])))]
    where = SOURCES[int(tables.rng.integers(len(SOURCES)))]
    _write(tables, tenant, address, point, (purpose, topic), value, why, where)


def add_one_click(tables: Tables, tenant: Tenant, change: dict) -> None:
    """Add what a `change` of consent left that an event tells: an unsubscription with one click."""
    what = (change["purpose_id"], change["topic_id"])
    _write(tables, tenant, change["contact_point"], 0, what, 2, *ONE_CLICK, at=change["at"] + 60)


def _write(tables, tenant, address, point, what, value, why, where, at=None) -> None:
    """Add one record of consent, and what is true of it.

    `what` is the purpose and the topic or None, `why` and `where` an option and its name each.
    """
    (purpose, topic), record = what, draw.guids(tables.rng, 1)[0].as_py()
    number = tenant.guid_lists["RequestObjectId"].to_pylist().index(purpose)
    deleted = tables.chance(0.05)
    values = {
        "msdynmkt_contactpointvalue": address, "msdynmkt_contactpointtype": OPTIONS + point,
        "msdynmkt_contactpointconsenttype": OPTIONS + (topic is not None), "msdynmkt_value": OPTIONS + value,
        "msdynmkt_purposeid": None if topic and tables.chance(0.5) else purpose, "_msdynmkt_topicid_value": topic,
        "statecode": int(tables.chance(0.1)), "msdynmkt_logicalreason": OPTIONS + why[0],
        "msdynmkt_source": None if where[0] is None else OPTIONS + where[0],
    }  # fmt: skip
    earlier = {"msdynmkt_value": OPTIONS} if tables.chance(0.2) else None
    at = tables.add("msdynmkt_contactpointconsent4", record, values, earlier, deleted=deleted, at=at)
    models = ENFORCEMENT[number % 3], ENFORCEMENT[SMS_MODEL[number % len(SMS_MODEL)] or 0]
    tables.truth["contact_point_consents"].append({
        "contact_point_consent_id": record,
        "contact_point_key": md5(address.lower().encode(), usedforsecurity=False).hexdigest(),
        "contact_point_type": POINTS[point], "consent_type": "topic" if topic else "purpose",
        "purpose_id": purpose, "purpose_name": f"{PURPOSES[number]} 2025", "enforcement_model": models[point],
        "topic_id": topic, "topic_name": f"Topic {number}" if topic else None, "consent_status": VALUES[value],
        "consent_reason": why[1], "consent_source": where[1], "is_deleted": deleted,
        "changed_at": at + 30 * DAY if deleted else at,
    })  # fmt: skip
