"""The truth about a chunk, taken from its plan, as tables with normalised ids and UTC times."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from .people import People
from .plan import ENGINES, NEVER, Coded, Plan
from .tenant import OUTBOUND, Tenant

PROFILE_TYPES = ["contact", "lead", "profile"]
PERSON = ["profile_type", "profile_id"]
COLUMNS = {
    "steps": [
        "organization_id", "journey_id", "journey_run_id", "journey_step_id", *PERSON, "journey_engine",
        "business_unit_id", "parent_step_id", "entered_at", "processed_at", "dropped_off_at", "failed_at",
        "first_postponed_at", "postponements", "resumptions", "dwell_seconds", "step_outcome", "drop_off_reason",
        "drop_off_reason_detail", "last_event_at", "step_number",
    ],
    "runs": [
        "organization_id", "journey_id", "journey_run_id", *PERSON, "journey_engine", "inflow_at", "entered_at",
        "ended_at", "entry_outcome", "run_outcome", "duration_seconds", "steps_entered", "steps_processed",
        "segment_id",
    ],
    "messages": [
        "organization_id", "channel", *PERSON, "journey_id", "journey_run_id", "journey_step_id", "message_id",
        "sent_at", "delivered_at", "first_opened_at", "opens", "first_clicked_at", "clicks", "bot_clicks",
        "bounced_at", "bounce_type", "blocked_at", "block_category", "was_sent", "was_delivered", "was_opened",
        "was_clicked", "was_bot_clicked", "was_bounced", "was_blocked", "was_consent_blocked", "was_unsubscribed",
        "was_spam_reported", "replies", "forwards", "recipient_domain",
    ],
    "blocks": [
        "organization_id", "channel", *PERSON, "journey_id", "journey_run_id", "journey_step_id", "message_id",
        "blocked_at", "interaction_type", "raw_reason", "block_category", "is_consent_block", "consent_reason",
        "was_later_sent",
    ],
    "forms": [
        "organization_id", "submission_type", "form_submission_id", "form_id", "form_name", "page_url", *PERSON,
        "journey_id", "journey_run_id", "journey_step_id", "message_id", "submitted_at", "confirmation_requested_at",
        "confirmed_at", "expired_at", "confirmation_outcome", "contact_matching_result", "lead_matching_result",
        "form_submission_result",
    ],
    "registrations": [
        "organization_id", "registration_type", "registration_id", "event_id", "session_id", *PERSON, "journey_id",
        "journey_run_id", "journey_step_id", "registered_at", "waitlisted_at", "moved_from_waitlist_at",
        "cancelled_at", "first_checked_in_at", "check_ins", "was_registered", "was_waitlisted",
        "was_moved_from_waitlist", "was_cancelled", "was_checked_in", "registration_outcome",
    ],
    "survey_responses": [
        "organization_id", "survey_source", "survey_id", "survey_name", "survey_response_id", *PERSON, "journey_id",
        "journey_run_id", "journey_step_id", "message_id", "opened_at", "submitted_at", "score", "answers",
        "response_outcome",
    ],
    "survey_answers": [
        "organization_id", "survey_source", "survey_id", "survey_name", "question_id", "question_name", "answer",
        "numeric_answer", "answered_at", "survey_response_id", *PERSON, "journey_id", "journey_run_id",
        "journey_step_id", "message_id",
    ],
    "web": [
        "interaction_type", "activity_type", "organization_id", *PERSON, "journey_id", "journey_run_id",
        "journey_step_id", "message_id", "occurred_at", "page", "page_url", "link", "visitor_id", "session_id",
        "website_id", "form_id", "is_anonymous", "is_returning", "visit_duration", "country_iso_code", "city",
        "utm_source", "utm_medium", "utm_campaign",
    ],
    "segments": ["segment_id", "segment_name"],
    "segment_changes": [
        "interaction_type", "change_type", "organization_id", *PERSON, "segment_id", "journey_id", "message_id",
        "occurred_at", "members",
    ],
    "deletions": ["organization_id", "record_type", "record_id", "deleted_at", "deletions"],
}  # fmt: skip
INTERACTIONS = pa.schema([("entity", pa.string()), ("raw_rows", pa.int64()), ("rows_after_dedup", pa.int64())])
NULLABLE_COUNTS = {"dwell_seconds", "duration_seconds", "members"}
DECIMALS = {"score", "numeric_answer", "visit_duration"}


def kind_of(column: str) -> pa.DataType:
    """Return the type of a truth column; its name says it."""
    if column.endswith("_at"):
        return pa.timestamp("us")
    if column.startswith(("was_", "is_")):
        return pa.bool_()
    counts = {"postponements", "resumptions", "step_number", "steps_entered", "steps_processed"}
    counts |= {"opens", "clicks", "bot_clicks", "replies", "forwards", "check_ins", "answers", "deletions"}
    if column in DECIMALS:
        return pa.float64()
    return pa.int64() if column in counts | NULLABLE_COUNTS else pa.string()


def schema(table: str) -> pa.Schema:
    """Return the columns of a truth table and their types."""
    return pa.schema([(name, kind_of(name)) for name in COLUMNS[table]])


def tables(plan: Plan) -> dict[str, pa.Table]:
    """Return the truth tables of one plan, by name."""
    _note_later_sends(plan)
    ids = _KeyTexts(plan.tenant, plan.people, plan.run_ids)
    found = {}
    for name in COLUMNS:
        parts = [_table(name, record, ids) for record in plan.truth.get(name, [])]
        found[name] = pa.concat_tables(parts) if parts else schema(name).empty_table()
    return found


def _note_later_sends(plan: Plan) -> None:
    """Say of each block whether its person was sent the same message after it, in whatever journey run."""
    messages = plan.truth.get("messages", [])
    sent = [(record["person"], record["message"], record["sent_at"], record["known"]) for record in messages]
    person, message, sent_at, known = (np.concatenate(parts) for parts in zip(*sent, strict=True))
    width = len(plan.tenant.messages) + 1
    pair = person.astype(np.int64) * width + message
    happened = (sent_at != NEVER) & known
    order = np.lexsort((sent_at[happened], pair[happened]))
    pairs, times = pair[happened][order], sent_at[happened][order]
    for record in plan.truth.get("blocks", []):
        wanted = record["person"].astype(np.int64) * width + record["message"]
        last = np.searchsorted(pairs, wanted, side="right") - 1
        found = (last >= 0) & (record["message"] >= 0)
        found &= np.where(found, pairs[last] == wanted, False)
        record["was_later_sent"] = found & np.where(found, times[last] > record["blocked_at"], False)
        record["is_consent_block"] = record["consent_reason"].codes >= 0


class _KeyTexts:
    """Turns the key indexes of a record into the text that the warehouse keys on."""

    def __init__(self, tenant: Tenant, people: People, run_ids: pa.Array):
        self.tenant, self.people, self.run_ids = tenant, people, run_ids

    def columns(self, record: dict[str, np.ndarray]) -> dict[str, pa.Array]:
        tenant, person = self.tenant, record["person"]
        organization = np.where(person >= 0, self.people.organization[person], 0)
        named = record.get("named", person)  # some events belong to a person, but have no columns to name one
        outbound = record["engine"] == OUTBOUND
        unit = np.where(
            record["journey"] >= 0, tenant.journey_unit[record["journey"]], tenant.default_unit[organization]
        )
        runs = pa.concat_arrays([self.run_ids, tenant.iterations])
        run = np.where(
            outbound, np.where(record["iteration"] >= 0, record["iteration"] + len(self.run_ids), -1), record["run"]
        )
        return {
            "organization_id": _texts(tenant.organizations, organization),
            "business_unit_id": _texts(tenant.business_units, unit),
            "journey_id": _texts(tenant.journeys, record["journey"]),
            "journey_run_id": _texts(runs, run),
            "journey_step_id": _texts(tenant.steps, record["step"]),
            "parent_step_id": _texts(tenant.steps, record["parent"]),
            "message_id": _texts(tenant.messages, record["message"]),
            "profile_type": _texts(pa.array(PROFILE_TYPES), np.where(named >= 0, self.people.kind[named], -1)),
            "profile_id": _texts(self.people.ids, np.where(record["known"], named, -1)),
            "segment_id": _texts(tenant.segments, _segments(tenant, record)),
            "journey_engine": _texts(pa.array([ENGINES[0], ENGINES[1]]), record["engine"]),
        }


def _segments(tenant: Tenant, record: dict[str, np.ndarray]) -> np.ndarray:
    """Return the segment that a record is about, else the one that feeds its journey."""
    if "segment" in record:
        return record["segment"]
    return np.where(record["journey"] >= 0, tenant.journey_segment[record["journey"]], -1)


def _texts(values: pa.Array, index: np.ndarray) -> pa.Array:
    return values.take(pa.array(index, mask=index < 0))


def _table(name: str, record: dict, ids: _KeyTexts) -> pa.Table:
    """Return one record of the plan as a truth table."""
    keys = ids.columns(record)
    columns = []
    for column in COLUMNS[name]:
        kind = kind_of(column)
        if column in keys:
            values = keys[column]
        elif isinstance(record[column], Coded):
            values = record[column].array().dictionary_decode().cast(kind)
        elif isinstance(record[column], pa.Array):
            values = record[column]
        elif pa.types.is_timestamp(kind):
            at = record[column].astype(np.int64)
            values = pa.array(at * 1_000_000, mask=at == NEVER).cast(kind)
        elif pa.types.is_boolean(kind):
            values = pa.array(record[column].astype(bool))
        else:
            number = record[column].astype(np.int64)
            values = pa.array(number, mask=(number == NEVER) if column in NULLABLE_COUNTS else None)
        columns.append(values)
    return pa.Table.from_arrays(columns, schema=schema(name))
