"""The tables of Dataverse that hold names: records of the tenant and its people, with their changes, and their truth.

A table is written the way an append-only link does it: a record again at each change, a deletion as a row with the id
and nothing else, in no order. Some contacts and leads were once two or three records that were merged: their events,
and the truth about them, carry the id that was theirs at the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import md5

import numpy as np
import pyarrow as pa

from . import definitions, draw
from .audience import PURPOSES
from .people import CONTACT, LEAD, People
from .plan import Plan
from .tenant import CUSTOM, EMAIL, PUSH, REAL_TIME, SMS, WINDOW, Tenant
from .vocabulary import FIRST_NAMES, LAST_NAMES, SEGMENTS

TEXT, WHOLE, FLAG, TIME = pa.string(), pa.int64(), pa.bool_(), pa.timestamp("us", tz="UTC")
DAY = 86400
TENANT_WORDS, PEOPLE_WORDS = 11, 12  # what the generators are for
RECORD = {"createdon": TIME, "modifiedon": TIME, "versionnumber": WHOLE, "new_costcentre": TEXT}
LINK = {"Id": TEXT, "SinkCreatedOn": TIME, "SinkModifiedOn": TIME, "IsDelete": FLAG} | RECORD
MESSAGE = {"msdynmkt_name": TEXT, "statecode": WHOLE, "statuscode": WHOLE, "owningbusinessunit": TEXT} | LINK
PERSON = {
    "FullName": TEXT, "EMailAddress1": TEXT, "StateCode": WHOLE, "masterid": TEXT, "merged": FLAG, "DoNotEmail": FLAG,
    "DoNotBulkEmail": FLAG, "_owningbusinessunit_value": TEXT,
} | LINK  # fmt: skip
# The columns of each table; the first is the record's own id. Some tables come without what a link adds.
TABLES = {
    "msdynmkt_journey": {
        "msdynmkt_journeyid": TEXT, "msdynmkt_name": TEXT, "statecode": WHOLE, "msdynmkt_triggertype": WHOLE,
        "msdynmkt_journeystarttime": TIME, "msdynmkt_journeyendtime": TIME, "owningbusinessunit": TEXT,
        "msdynmkt_baseversionjourneyid": TEXT, "msdynmkt_versionnumber": WHOLE,
        "msdynmkt_issupersededbylaterversion": FLAG, "msdynmkt_journeyjson": TEXT,
    } | LINK,
    "msdyncrm_customerjourney": {
        "msdyncrm_customerjourneyid": TEXT, "msdyncrm_name": TEXT, "msdyncrm_startdatetime": TIME,
        "msdyncrm_workflowdefinition": TEXT, "_owningbusinessunit_value": TEXT,
    } | RECORD,
    "msdyncrm_marketingemail": {
        "msdyncrm_marketingemailid": TEXT, "msdyncrm_name": TEXT, "msdyncrm_subject": TEXT,
        "_owningbusinessunit_value": TEXT,
    } | RECORD,
    "msdynmkt_email": {
        "msdynmkt_emailid": TEXT, "msdynmkt_subject": TEXT, "_msdynmkt_purpose_value": TEXT, "msdynmkt_topic": TEXT,
    } | MESSAGE,
    "msdynmkt_sms": {"msdynmkt_smsid": TEXT} | MESSAGE,
    "msdynmkt_pushnotification": {"msdynmkt_pushnotificationid": TEXT, "msdynmkt_title": TEXT} | MESSAGE,
    "msdynmkt_customchannelmessage": {"msdynmkt_customchannelmessageid": TEXT} | MESSAGE,
    "msdynmkt_segment": {
        "msdynmkt_segmentid": TEXT, "msdynmkt_displayname": TEXT, "msdynmkt_type": WHOLE, "statuscode": WHOLE,
        "owningbusinessunit": TEXT,
    } | LINK,
    "contact": {"ContactId": TEXT, "originatingleadid": TEXT} | PERSON,
    "lead": {"leadid": TEXT, "_parentcontactid_value": TEXT} | PERSON,
    "businessunit": {
        "businessunitid": TEXT, "name": TEXT, "_parentbusinessunitid_value": TEXT, "isdisabled": FLAG,
    } | RECORD,
    "msdynmkt_contactpointconsent4": {
        "msdynmkt_contactpointconsent4id": TEXT, "msdynmkt_contactpointvalue": TEXT, "msdynmkt_contactpointtype": WHOLE,
        "msdynmkt_contactpointconsenttype": WHOLE, "msdynmkt_value": WHOLE, "msdynmkt_purposeid": TEXT,
        "_msdynmkt_topicid_value": TEXT, "statecode": WHOLE, "msdynmkt_logicalreason": WHOLE, "msdynmkt_source": WHOLE,
    } | LINK,
    "msdynmkt_purpose": {
        "msdynmkt_purposeid": TEXT, "msdynmkt_name": TEXT, "msdynmkt_type": WHOLE, "msdynmkt_enforcementmodel": WHOLE,
        "msdynmkt_smsenforcementmodel": WHOLE, "msdynmkt_voiceenforcementmodel": WHOLE,
    } | RECORD,
    "msdynmkt_topic": {"msdynmkt_topicid": TEXT, "msdynmkt_name": TEXT, "msdynmkt_purposeid": TEXT} | RECORD,
}  # fmt: skip
STATES = {1: "live", 2: "stopped", 6: "completed", 0: "draft"}
STATUSES = {2: "ready_to_send", 3: "ready_to_send_editing", 100: "inactive"}
OPTIONS = 534_120_000  # where the product's own option sets begin
VALUES, POINTS = ["not_set", "opted_in", "opted_out"], ["email", "sms"]
TYPES = ["commercial", "transactional", "tracking"]
ENFORCEMENT = ["restrictive", "non_restrictive", "disabled"]
SMS_MODEL, VOICE_MODEL = [0, 1, None], [None, 0]  # places in ENFORCEMENT, by the number of the purpose
REASONS = {  # why a consent is what it is: what Dataverse keeps, by value
    0: [(-1, "no_reasons")],
    1: [(0, "opt_in_advertisement"), (1, "opt_in_landing_page"), (2, "opt_in_events")],
    2: [(3, "opt_out_content_irrelevant"), (4, "opt_out_too_frequent"), (6, "opt_out_privacy")],
}
SOURCES = [(0, "internal"), (3, "loaded"), (4, "preference_center"), (5, "realtime_marketing_form"), (None, None)]
ONE_CLICK = (7, "opt_out_one_click"), (7, "email_list_unsubscribe")
KINDS = {EMAIL: "msdynmkt_email", SMS: "msdynmkt_sms", PUSH: "msdynmkt_pushnotification",
         CUSTOM: "msdynmkt_customchannelmessage"}  # fmt: skip
# What a correct warehouse must say. Empty where no such tables are written.
SCHEMAS = {
    "names": pa.schema(
        [(name, TEXT) for name in ("record_type", "record_id", "record_name", "subject", "record_state")]
        + [("is_deleted", FLAG)]
    ),
    "journey_steps": pa.schema(
        [
            (name, TEXT)
            for name in (
                "journey_id", "journey_step_id", "step_type", "stated_name", "message_id", "parent_step_id",
                "branch_label",
            )
        ]
        + [("step_order", WHOLE), ("is_seen_only", FLAG)]  # whether it is told only where events name it
    ),
    "journey_designs": pa.schema(
        [(name, TEXT) for name in ("journey_id", "base_version_journey_id", "goal_name", "goal_target_unit")]
        + [("journey_version_number", WHOLE), ("goal_target", pa.float64())]
    ),
    "profiles": pa.schema(
        [
            (name, TEXT)
            for name in ("profile_type", "profile_id", "full_name", "owning_business_unit_id", "became_contact_id")
        ]
        + [(name, FLAG) for name in ("is_active", "is_do_not_email", "is_do_not_bulk_email", "is_deleted")]
        + [("merged_profiles", WHOLE)]
    ),
    "merged_profiles": pa.schema([(name, TEXT) for name in ("profile_type", "merged_profile_id", "profile_id")]),
    "contact_point_consents": pa.schema(
        [
            (name, TEXT)
            for name in (
                "contact_point_consent_id", "contact_point_key", "contact_point_type", "consent_type", "purpose_id",
                "purpose_name", "enforcement_model", "topic_id", "topic_name", "consent_status", "consent_reason",
                "consent_source",
            )
        ]
        + [("is_deleted", FLAG), ("changed_at", TIME)]
    ),
    "purposes": pa.schema(
        [
            (name, TEXT)
            for name in (
                "purpose_id", "purpose_name", "purpose_type", "topic_id", "topic_name", "email_model", "sms_model",
                "custom_model", "voice_model",
            )
        ]
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Merges:
    """The ids that some people had before records of theirs were merged: the first until one time, the second after it.

    Index arrays hold one value per person: the place in `ids`, or -1.
    """

    ids: pa.Array
    first: np.ndarray
    first_until: np.ndarray
    second: np.ndarray
    second_until: np.ndarray

    def written(self, person: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Return the index of the id that each event names; those of `ids` follow the people's own."""
        count, index = len(self.first), np.maximum(person, 0)
        found = person
        for alias, until in ((self.second, self.second_until), (self.first, self.first_until)):
            found = np.where((person >= 0) & (alias[index] >= 0) & (at < until[index]), alias[index] + count, found)
        return found


@dataclass(frozen=True)
class Leads:
    """Which leads became which contact, and which are only connected to one: index arrays over people, -1 is none.

    A contact that `is_named_by_contact` says it itself, where the lead doesn't.
    """

    became: np.ndarray
    connected: np.ndarray
    is_named_by_contact: np.ndarray

    def human(self) -> np.ndarray:
        """Return for each person who the same human being is at last."""
        return np.where(self.became >= 0, self.became, np.arange(len(self.became)))


@dataclass(frozen=True)
class Recipients:
    """Whom rows name: `of_place` holds, for each place of a plan, the index in `ids` of the record it is addressed to.

    All that happens in one run of a person names the record that the person was when it began.
    """

    ids: pa.Array
    of_place: np.ndarray

    @classmethod
    def of(cls, plan: Plan, merged: Merges | None) -> Recipients:
        """Return those of a plan of whose people some may have been `merged`."""
        person = plan.places("person")
        if merged is None:
            return cls(plan.people.ids, person)
        return cls(pa.concat_arrays([plan.people.ids, merged.ids]), merged.written(person, plan.begun_at()))


class Tables:
    """The rows of some tables, and the truth about them, while they are made."""

    def __init__(self, rng: np.random.Generator):
        """Start without any row."""
        self.rng = rng
        self.rows: dict[str, list[dict]] = {name: [] for name in TABLES}
        self.truth: dict[str, list[dict]] = {name: [] for name in SCHEMAS}

    def chance(self, share: float) -> bool:
        """Return true with probability `share`."""
        return bool(self.rng.random() < share)

    def moment(self) -> int:
        """Return a time within the history."""
        return int(self.rng.integers(*WINDOW))

    def add(
        self,
        table: str,
        record: str,
        values: dict,
        earlier: dict | None = None,
        *,
        deleted: bool = False,
        at: int | None = None,
    ) -> int:
        """Add a record: its `values`, before them those that it had `earlier`, and its deletion at last.

        Returns when it got its values, which is `at` where that is given.
        """
        at = self.moment() if at is None else at
        states = [(at - 40 * DAY, values | earlier)] if earlier else []
        states.append((at, values))
        has_link, own_id = "Id" in TABLES[table], next(iter(TABLES[table]))
        for number, (time, state) in enumerate(states):
            row = {own_id: f"{{{record.upper()}}}" if self.chance(0.1) else record, "new_costcentre": "4711", **state}
            row |= {"createdon": states[0][0] - 100 * DAY, "modifiedon": time, "versionnumber": 10_000_000 + time}
            if has_link:
                # the link writes what it finds, so that two changes can come with one of its rounds
                row |= {"Id": record, "SinkCreatedOn": at, "SinkModifiedOn": at + 600, "IsDelete": False}
                if number and self.chance(0.5):
                    row["SinkModifiedOn"] += 3600
            self.rows[table].append(row)
        if deleted and has_link:
            self.rows[table].append({"Id": record, "SinkModifiedOn": at + 30 * DAY, "IsDelete": True})
        return at

    def name(self, kind: str, record: str, name: str, subject: str | None, state: str, deleted: bool) -> None:
        """Note how a record is called now."""
        self.truth["names"].append({
            "record_type": kind, "record_id": record, "record_name": name, "subject": subject, "record_state": state,
            "is_deleted": deleted,
        })  # fmt: skip

    def design(self, journey: str, steps: list[dict], version: dict, number: int | None) -> None:
        """Note what is known of a journey's design: its `steps`, its `version`, and the goal of that `number`."""
        self.truth["journey_steps"] += steps
        goal = {} if number is None else definitions.goal_of(number)
        if goal.get("goal_target") is None:
            goal = goal | {"goal_target_unit": None}
        self.truth["journey_designs"].append({"journey_id": journey, **version, **goal})

    def arrow(self) -> dict[str, pa.Table]:
        """Return the rows of each table, in no order."""
        return {
            name: _table(schema_of(name), [rows[place] for place in self.rng.permutation(len(rows))])
            for name, rows in self.rows.items()
        }

    def arrow_truth(self) -> dict[str, pa.Table]:
        """Return the tables of the truth."""
        return {name: _table(SCHEMAS[name], rows) for name, rows in self.truth.items()}


def schema_of(table: str) -> pa.Schema:
    """Return the columns of a table."""
    return pa.schema(list(TABLES[table].items()))


def _table(schema: pa.Schema, rows: list[dict]) -> pa.Table:
    columns = []
    for field in schema:
        values = [row.get(field.name) for row in rows]
        if field.type == TIME:
            values = [None if value is None else value * 1_000_000 for value in values]
            columns.append(pa.array(values, WHOLE).cast(TIME))
        else:
            columns.append(pa.array(values, field.type))
    return pa.Table.from_arrays(columns, schema=schema)


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
    purposes = purposes_of_messages(tenant)
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
        topic = _topic(purpose)
        values = {"msdynmkt_name": f"Topic {number}", "msdynmkt_purposeid": purpose}
        tables.add("msdynmkt_topic", topic, values)
        tables.name("topic", topic, values["msdynmkt_name"], None, None, False)
        tables.truth["purposes"].append({
            "purpose_id": purpose, "purpose_name": f"{PURPOSES[number]} 2025", "purpose_type": TYPES[number % 3],
            "topic_id": topic, "topic_name": values["msdynmkt_name"], "email_model": ENFORCEMENT[number % 3],
            "sms_model": ENFORCEMENT[sms or 0], "custom_model": "restrictive", "voice_model": ENFORCEMENT[voice or 0],
        })  # fmt: skip
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


def purposes_of_messages(tenant: Tenant) -> dict[str, tuple[str, str | None]]:
    """Return what e-mails with a record are sent for: a purpose, and of some a topic. One in five tells neither."""
    kinds = dict(zip(tenant.step_message.tolist(), tenant.step_kind.tolist(), strict=True))
    purposes, found = tenant.guid_lists["RequestObjectId"].to_pylist(), {}
    for number, message in enumerate(tenant.messages.to_pylist()):
        real_time = tenant.journey_engine[tenant.message_journey[number]] == REAL_TIME
        if real_time and kinds[number] == EMAIL and number % 13 != 7 and number % 5 != 4:
            purpose = purposes[number % len(purposes)]
            found[message] = purpose, _topic(purpose) if number % 2 else None
    return found


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


def _topic(purpose: str) -> str:
    """Return the id of the one topic of a purpose."""
    return "ffff" + purpose[4:]


def merges(seed: int, chunk: int, people: People) -> Merges:
    """Draw which people of a chunk were two or three records once. Most of them are contacts, none are CI profiles."""
    rng = draw.generator(seed, chunk, PEOPLE_WORDS)
    count = len(people)
    was_merged = draw.chance(rng, count, 0.08) & ((people.kind == CONTACT) | (people.kind == LEAD))
    was_chain = draw.some_of(rng, was_merged, 0.3, 1)
    first, second = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    first[was_merged] = np.arange(was_merged.sum())
    second[was_chain] = np.arange(was_chain.sum()) + was_merged.sum()
    first_until = rng.integers(WINDOW[0] + 100 * DAY, WINDOW[1], count)
    second_until = first_until + rng.integers(DAY, 120 * DAY, count)
    return Merges(draw.guids(rng, int(was_merged.sum() + was_chain.sum())), first, first_until, second, second_until)


def qualified_leads(seed: int, chunk: int, people: People) -> Leads:
    """Draw which leads of a chunk became a contact of it; some contacts were several leads, but they never say so."""
    rng, count = draw.generator(seed, chunk, PEOPLE_WORDS, 2), len(people)
    chosen = np.full(count, -1, np.int64)
    for organization in (0, 1):
        contacts = np.flatnonzero((people.kind == CONTACT) & (people.organization == organization))
        leads = np.flatnonzero((people.kind == LEAD) & (people.organization == organization))
        if len(contacts):
            chosen[leads] = rng.choice(contacts, len(leads))
    became = np.where(draw.chance(rng, count, 0.3), chosen, -1)
    connected = np.where((became < 0) & draw.chance(rng, count, 0.2), chosen, -1)
    _, inverse, times = np.unique(became, return_inverse=True, return_counts=True)
    alone = (times[inverse] == 1) & (became >= 0)
    return Leads(became, connected, draw.some_of(rng, alone, 0.3, 1))


def of_people(
    seed: int, chunk: int, tenant: Tenant, people: People, merged: Merges, leads: Leads, changes: list[dict]
) -> Tables:
    """Return the records of a chunk's contacts and leads, and the consents of their addresses and numbers.

    Of the `changes` of consent that events tell, unsubscriptions with one click may have left a record.
    """
    tables = Tables(draw.generator(seed, chunk, PEOPLE_WORDS, 1))
    units, others = tenant.business_units.to_pylist(), merged.ids.to_pylist()
    ids, emails, phones = people.ids.to_pylist(), people.email.to_pylist(), people.phone.to_pylist()
    alone: dict[int, list[str]] = {CONTACT: [], LEAD: []}
    origins = {int(leads.became[lead]): ids[lead] for lead in np.flatnonzero(leads.is_named_by_contact).tolist()}
    for person in np.flatnonzero((people.kind == CONTACT) | (people.kind == LEAD)).tolist():
        kind, given_up = int(people.kind[person]), [merged.first[person], merged.second[person]]
        given_up = [others[place] for place in given_up if place >= 0]
        links = _links(leads, person, ids, origins)
        if not given_up and not links and leads.became[person] < 0 and tables.chance(0.05):
            continue  # nothing is known of them
        full_name = f"{FIRST_NAMES[people.first_name[person]]} {LAST_NAMES[people.last_name[person]]}"
        unit = units[-1] if people.organization[person] else units[int(tables.rng.integers(len(units) - 1))]
        became = ids[leads.became[person]] if leads.became[person] >= 0 else None
        _add_person(tables, kind, ids[person], full_name, unit, given_up, links, became)
        if not given_up:
            alone[kind].append(ids[person])
        if tables.chance(0.3):
            _add_consent(tables, tenant, emails[person], 0)
        if tables.chance(0.1):
            _add_consent(tables, tenant, phones[person], 1)
    for kind, found in alone.items():
        _spoil(tables, _TABLE_OF[kind], found)
    for change in changes:
        if change["interaction_type"] == "EmailAddressOptedOut" and change["purpose_id"] and tables.chance(0.6):
            what = (change["purpose_id"], change["topic_id"])
            _write_consent(tables, tenant, change["contact_point"], 0, what, 2, *ONE_CLICK, at=change["at"] + 60)
    return tables


_TABLE_OF = {CONTACT: "contact", LEAD: "lead"}


def _links(leads: Leads, person: int, ids: list[str], origins: dict[int, str]) -> dict[str, str]:
    """Return the columns by which a record names its lead or contact."""
    if person in origins:
        return {"originatingleadid": origins[person]}
    if leads.became[person] >= 0 and not leads.is_named_by_contact[person]:
        return {"_parentcontactid_value": ids[leads.became[person]]}
    if leads.connected[person] >= 0:
        return {"_parentcontactid_value": ids[leads.connected[person]]}
    return {}


def _add_person(
    tables: Tables,
    kind: int,
    record: str,
    full_name: str,
    unit: str,
    given_up: list[str],
    links: dict,
    became: str | None,
) -> None:
    """Add a contact or lead with its `links`, and each record `given_up` for the next one, at last for this one."""
    table, deleted = _TABLE_OF[kind], tables.chance(0.03)
    # leads are open, qualified (became a contact), or disqualified
    state = int(tables.chance(0.1)) if kind == CONTACT else 1 if became else 2 * int(tables.chance(0.1))
    values = links | {
        "FullName": full_name, "EMailAddress1": "hidden@example.com", "StateCode": state,
        "merged": False if tables.chance(0.9) else None, "DoNotEmail": tables.chance(0.05),
        "DoNotBulkEmail": tables.chance(0.1), "_owningbusinessunit_value": unit,
    }  # fmt: skip
    earlier = {"StateCode": 0, "DoNotEmail": False} | dict.fromkeys(links) if tables.chance(0.1) else None
    tables.add(table, record, values, earlier, deleted=deleted)
    for old, new in zip(given_up, [*given_up, record][1:], strict=True):
        spelled = new.upper() if tables.chance(0.2) else new
        tables.add(
            table,
            old,
            values | dict.fromkeys(links) | {"masterid": spelled, "merged": True, "StateCode": 1 + (kind == LEAD)},
            {"masterid": None, "merged": False},
        )
        tables.truth["merged_profiles"].append({"profile_type": table, "merged_profile_id": old, "profile_id": record})
    tables.truth["profiles"].append({
        "profile_type": table, "profile_id": record, "full_name": full_name, "owning_business_unit_id": unit,
        "is_active": values["StateCode"] == 0, "is_do_not_email": values["DoNotEmail"],
        "is_do_not_bulk_email": values["DoNotBulkEmail"], "is_deleted": deleted, "merged_profiles": len(given_up),
        "became_contact_id": became,
    })  # fmt: skip


def _spoil(tables: Tables, table: str, records: list[str]) -> None:
    """Make bad data of four people: three whose merges lead round in a circle, and one that names a master in vain."""
    own_id = next(iter(TABLES[table]))
    if len(records) < 5:
        return
    one, two, three, denied = records[:4]
    for record, master in ((one, two), (two, three), (three, one), (denied, records[4])):
        for row in tables.rows[table]:
            if row.get(own_id, "").strip("{}").lower() == record:
                row |= {"masterid": master, "merged": record != denied}


def _add_consent(tables: Tables, tenant: Tenant, address: str, point: int) -> None:
    """Add what an address or number agreed to or refused, for a purpose or its topic; sometimes it changed its mind."""
    purposes = tenant.guid_lists["RequestObjectId"].to_pylist()
    purpose, value = purposes[int(tables.rng.integers(len(purposes)))], int(tables.rng.integers(3))
    topic = _topic(purpose) if tables.chance(0.3) else None
    why = REASONS[value][int(tables.rng.integers(len(REASONS[value])))]
    where = SOURCES[int(tables.rng.integers(len(SOURCES)))]
    _write_consent(tables, tenant, address, point, (purpose, topic), value, why, where)


def _write_consent(tables, tenant, address, point, what, value, why, where, at=None) -> None:
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
