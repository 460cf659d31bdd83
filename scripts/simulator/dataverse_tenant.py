"""The records of Dataverse that all people share: units, journeys, messages, segments, purposes and topics."""

from __future__ import annotations

from . import dataverse_purposes, definitions, draw
from .dataverse import DAY, TENANT_WORDS, Tables
from .tenant import CUSTOM, EMAIL, PUSH, REAL_TIME, SMS, WINDOW, Tenant
from .vocabulary import SEGMENTS

STATES = {1: "live", 2: "stopped", 6: "completed", 0: "draft"}
STATUSES = {2: "ready_to_send", 3: "ready_to_send_editing", 100: "inactive"}
KINDS = {EMAIL: "msdynmkt_email", SMS: "msdynmkt_sms", PUSH: "msdynmkt_pushnotification",
         CUSTOM: "msdynmkt_customchannelmessage"}  # fmt: skip


def of_tenant(seed: int, tenant: Tenant) -> Tables:
    """Return the records of what all people share. About one in thirteen has none, and then no name."""
    tables = Tables(draw.generator(seed, TENANT_WORDS))
    units = tenant.business_units.to_pylist()
    for number, unit in enumerate(units):
        parent = units[0] if number else None
        values = {"name": f"Unit {number}", "_parentbusinessunitid_value": parent, "isdisabled": number == 3}
        tables.add("businessunit", unit, values, {"name": f"Office {number}"} if number == 2 else None)
        tables.name("business_unit", unit, values["name"], None, None, False)
    for number, journey in enumerate(tenant.journeys.to_pylist()):
        if number % 13 != 7:
            add = _add_journey if tenant.journey_engine[number] == REAL_TIME else _add_outbound_journey
            add(tables, tenant, number, journey, units[tenant.journey_unit[number]])
    kinds = dict(zip(tenant.step_message.tolist(), tenant.step_kind.tolist(), strict=True))
    purposes = dataverse_purposes.of_messages(tenant)
    for number, message in enumerate(tenant.messages.to_pylist()):
        journey = tenant.message_journey[number]
        if number % 13 == 7:
            continue
        unit, sent_for = units[tenant.journey_unit[journey]], {}
        if tenant.journey_engine[journey] != REAL_TIME:
            values = {"msdyncrm_name": f"Mail {number}", "msdyncrm_subject": f"Offer {number}, for you"}
            tables.add("msdyncrm_marketingemail", message, values | {"_owningbusinessunit_value": unit})
            tables.name("message", message, values["msdyncrm_name"], values["msdyncrm_subject"], None, False)
        elif kinds[number] in KINDS:
            if message in purposes:
                purpose, topic = purposes[message]
                sent_for = {"_msdynmkt_purpose_value": purpose, "msdynmkt_topic": topic}
            _add_message(tables, number, message, KINDS[kinds[number]], unit, sent_for)
    for number, segment in enumerate(tenant.segments.to_pylist()):
        if number % 13 == 7:
            continue
        deleted = number == 5
        values = {"msdynmkt_displayname": f"{SEGMENTS[number]} (all units)", "msdynmkt_type": 10 + number % 2}
        values |= {"statuscode": 1, "owningbusinessunit": units[0]}
        tables.add("msdynmkt_segment", segment, values, {"msdynmkt_displayname": "New segment"}, deleted=deleted)
        tables.name("segment", segment, values["msdynmkt_displayname"], None, "active", deleted)
    dataverse_purposes.add(tables, tenant)
    return tables


def _add_journey(tables: Tables, tenant: Tenant, number: int, journey: str, unit: str) -> None:
    """Add a real-time journey. One in three was another record in its first version; some lost a step since then."""
    deleted, state = number % 11 == 5, [1, 1, 2, 6, 0][number % 5]
    definition, steps = definitions.of_journey(tenant, number, journey)
    base, version = ("bbbb" + journey[4:], 2) if number % 3 == 1 else (journey, 1)
    values = {
        "msdynmkt_name": f"Journey {number}: welcome", "statecode": state, "msdynmkt_triggertype": number % 4,
        "msdynmkt_journeystarttime": WINDOW[0] + number * DAY, "owningbusinessunit": unit,
        "msdynmkt_baseversionjourneyid": base, "msdynmkt_versionnumber": version,
        "msdynmkt_issupersededbylaterversion": False, "msdynmkt_journeyjson": definition,
    }  # fmt: skip
    if version == 2:
        older = {"msdynmkt_versionnumber": 1, "msdynmkt_issupersededbylaterversion": True, "statecode": 2}
        tables.add("msdynmkt_journey", base, values | older)
        tables.name("journey", base, values["msdynmkt_name"], None, STATES[2], False)
        if number % 6 == 1:
            values["msdynmkt_journeyjson"] = definitions.without_last_step(definition, steps)
            steps[-1]["is_seen_only"] = True
    earlier = {"msdynmkt_name": f"Copy of journey {number}", "statecode": 0, "msdynmkt_journeyjson": "{}"}
    tables.add("msdynmkt_journey", journey, values, earlier if number % 3 == 0 else None, deleted=deleted)
    tables.name("journey", journey, values["msdynmkt_name"], None, STATES[state], deleted)
    tables.design(journey, steps, {"base_version_journey_id": base, "journey_version_number": version}, number)


def _add_outbound_journey(tables: Tables, tenant: Tenant, number: int, journey: str, unit: str) -> None:
    definition, steps = definitions.of_journey(tenant, number, journey)
    values = {
        "msdyncrm_name": f"Campaign {number}", "msdyncrm_startdatetime": WINDOW[0] + number * DAY,
        "msdyncrm_workflowdefinition": definition, "_owningbusinessunit_value": unit,
    }  # fmt: skip
    tables.add("msdyncrm_customerjourney", journey, values)
    tables.name("journey", journey, values["msdyncrm_name"], None, None, False)
    tables.design(
        journey, [step | {"is_seen_only": True} for step in steps], {"base_version_journey_id": journey}, None
    )


def _add_message(tables: Tables, number: int, message: str, table: str, unit: str, sent_for: dict) -> None:
    deleted, status = number % 17 == 5, [2, 3, 100][number % 3]
    values = {"msdynmkt_name": f"Message {number}", "statecode": 0, "statuscode": status, "owningbusinessunit": unit}
    values |= sent_for
    subject = {"msdynmkt_email": "msdynmkt_subject", "msdynmkt_pushnotification": "msdynmkt_title"}.get(table)
    if subject:
        values[subject] = f"News, {number} of many"
    earlier = {"msdynmkt_name": "Draft", "statuscode": 1} if number % 4 == 0 else None
    tables.add(table, message, values, earlier, deleted=deleted)
    tables.name("message", message, values["msdynmkt_name"], values.get(subject), STATUSES[status], deleted)
