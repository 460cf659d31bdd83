"""The tables of Dataverse that hold names: their columns, and their rows and the truth while they are made.

A table is written the way an append-only link does it: a record again at each change, a deletion as a row with the id
and nothing else, in no order.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import definitions
from .tenant import WINDOW

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
OPTIONS = 534_120_000  # where the product's own option sets begin
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
