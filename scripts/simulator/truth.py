"""The truth about a chunk, taken from its plan, as tables with normalised ids and UTC times."""

from __future__ import annotations

from hashlib import md5

import numpy as np
import pyarrow as pa

from .identities import Recipients
from .plan import ENGINES, NEVER, Coded, Moment, Plan
from .tenant import OUTBOUND, Tenant
from .vocabulary import VARIANTS

PROFILE_TYPES = ["contact", "lead", "profile"]
PERSON = ["profile_type", "profile_id", "profile_key"]
COLUMNS = {
    "steps": [
        "organization_id", "journey_id", "journey_run_id", "journey_step_id", *PERSON, "journey_engine",
        "business_unit_id", "parent_step_id", "entered_at", "processed_at", "dropped_off_at", "failed_at",
        "first_postponed_at", "postponements", "resumptions", "dwell_seconds", "step_outcome", "drop_off_type",
        "drop_off_reason", "drop_off_reason_detail", "drop_off_category", "last_event_at", "step_number",
        "postponed_seconds", "journey_version",
    ],
    "runs": [
        "organization_id", "journey_id", "journey_run_id", *PERSON, "journey_engine", "business_unit_id", "inflow_at",
        "entered_at", "ended_at", "entry_outcome", "run_outcome", "exit_reason", "exit_reason_detail",
        "duration_seconds", "steps_entered", "steps_processed", "segment_id", "journey_version", "entry_attempt",
    ],
    "messages": [
        "organization_id", "channel", *PERSON, "journey_id", "journey_run_id", "journey_step_id", "message_id",
        "attempt", "sent_at", "delivered_at", "first_opened_at", "opens", "first_clicked_at", "clicks", "bot_clicks",
        "bounced_at", "bounce_type", "blocked_at", "block_category", "was_sent", "was_delivered", "was_opened",
        "was_clicked", "was_bot_clicked", "was_bounced", "was_blocked", "was_consent_blocked", "was_unsubscribed",
        "was_spam_reported", "replies", "forwards", "recipient_domain", "journey_engine", "business_unit_id",
        "variant", "contact_point",
    ],
    "blocks": [
        "organization_id", "channel", *PERSON, "journey_id", "journey_run_id", "journey_step_id", "message_id",
        "attempt", "blocked_at", "interaction_type", "raw_reason", "block_category", "is_consent_block",
        "consent_reason", "was_later_sent", "has_other_cause", "journey_engine", "business_unit_id",
    ],
    "iteration_starts": ["organization_id", "journey_id", "journey_run_id", *PERSON, "started_at"],
    "record_changes": [
        "organization_id", *PERSON, "journey_engine", "business_unit_id", "journey_id", "journey_run_id",
        "journey_step_id", "message_id", "change_type", "record_id", "action_name", "audience_name", "change_status",
        "reason", "boost_value", "occurred_at",
    ],
    "consent_changes": [
        "organization_id", *PERSON, "journey_engine", "journey_id", "journey_run_id", "journey_step_id", "message_id",
        "interaction_type", "change_type", "consent_status", "contact_point", "purpose_id", "purpose_name", "topic_id",
        "segment_id", "form_id", "form_submission_id", "confirmation_request_id", "occurred_at",
    ],
    "consent_status": [
        "organization_id", *PERSON, "contact_point", "consent_scope", "consent_scope_id", "consent_status",
        "interaction_type", "change_type", "valid_from", "valid_to", "is_current",
    ],
    "client_uses": ["organization_id", "business_unit_id", "client_kind", "client_id", "used_at"],
    "goals": [
        "organization_id", *PERSON, "journey_id", "journey_run_id", "journey_step_id", "message_id", "channel",
        "goal_event_id", "occurred_at",
    ],
    "conversions": [
        "organization_id", *PERSON, "conversion_event_definition_id", "conversion_event_definition_name",
        "converted_at", "touches", "touch_number", "channel", "journey_id", "journey_run_id", "journey_step_id",
        "message_id", "attempt", "touched_profile_id", "touched_at",
    ],
    "experiments": [
        "organization_id", *PERSON, "journey_id", "journey_run_id", "journey_step_id", "selected_action_version",
        "business_unit_id", "assigned_at", "was_goal_reached",
    ],
    "feedback": [
        "organization_id", "journey_id", "journey_run_id", "journey_step_id", "selected_action_id",
        "optimization_decision_status", "optimization_feedback_type", "occurred_at",
    ],
    # Contradictions that the other tables don't show: a second block beside one, a second end of a run.
    "contradictions": [
        "exception_type", "organization_id", "channel", *PERSON, "journey_id", "journey_run_id", "journey_step_id",
        "message_id", "occurred_at",
    ],
    "arrivals": ["interaction_type", "occurred_at", "arrived_at"],
    "link_clicks": [
        "organization_id", "channel", *PERSON, "journey_id", "journey_run_id", "journey_step_id", "message_id",
        "journey_engine", "business_unit_id", "recipient_domain", "occurred_at", "is_bot", "link_number", "link_id",
        "link_url", "link_name", "link_text",
    ],
    "calls": [
        "organization_id", *PERSON, "journey_id", "journey_run_id", "journey_step_id", "message_id", "attempt",
        "journey_engine", "business_unit_id", "proactive_engagement_config_id", "sent_at", "attempts",
        "first_attempted_at", "last_attempted_at", "answered_at", "was_answered", "last_outcome", "blocked_at",
        "not_attempted_at", "raw_reason", "block_category", "call_outcome",
    ],
    "inbound": [
        "organization_id", "channel", *PERSON, "journey_id", "journey_run_id", "journey_step_id", "message_id",
        "journey_engine", "business_unit_id", "interaction_type", "occurred_at", "has_text", "keyword",
        "keyword_type", "is_keyword_only", "trigger_keyword", "response_type",
    ],
    "forms": [
        "organization_id", "submission_type", "form_submission_id", "form_id", "form_name", "page_url", *PERSON,
        "journey_id", "journey_run_id", "journey_step_id", "message_id", "submitted_at", "confirmation_requested_at",
        "confirmed_at", "expired_at", "confirmation_outcome", "contact_matching_result", "lead_matching_result",
        "form_submission_result", "business_unit_id",
    ],
    "registrations": [
        "organization_id", "registration_type", "registration_id", "event_id", "session_id", *PERSON, "journey_id",
        "journey_run_id", "journey_step_id", "registered_at", "waitlisted_at", "moved_from_waitlist_at",
        "cancelled_at", "first_checked_in_at", "check_ins", "was_registered", "was_waitlisted",
        "was_moved_from_waitlist", "was_cancelled", "was_checked_in", "registration_outcome", "business_unit_id",
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
        "utm_source", "utm_medium", "utm_campaign", "business_unit_id",
    ],
    "segments": ["segment_id", "segment_name"],
    "segment_changes": [
        "interaction_type", "change_type", "organization_id", *PERSON, "segment_id", "journey_id", "message_id",
        "occurred_at", "members",
    ],
    "deletions": ["organization_id", "record_type", "record_id", "deleted_at", "deletions"],
}  # fmt: skip
# What the key of a touch's message to one person is made of.
TOUCH_GRAIN = [
    "organization_id", "channel", "profile_type", "touched_profile_id", "journey_id", "journey_run_id",
    "journey_step_id", "message_id", "attempt",
]  # fmt: skip
INTERACTIONS = pa.schema(
    [("entity", pa.string())]
    + [(name, pa.int64()) for name in ("raw_rows", "rows_after_dedup", "repeats", "superseded", "rows_without_id")]
)
# Words and ids that stand for something: how often each was used and when, one row per value and chunk.
WORDS_USED = pa.schema(
    [("kind", pa.string()), ("interaction_type", pa.string()), ("raw_value", pa.string()), ("events", pa.int64())]
    + [(name, pa.timestamp("us")) for name in ("first_at", "last_at")]
)
REASON_COLUMNS = ("BlockedReason", "Reason", "ReasonDetail", "Category", "Details")
BLOCKS_BY_REASON = {
    "EmailBlocked", "SmsNotSent", "CustomNotSent", "PushNotificationNotSent", "VoiceCallBlocked",
    "VoiceCallNotAttempted", "ActivityContactBlocked",
}  # fmt: skip
LEAVING = {
    "ActionEventDropoff", "JourneyEventPreEntryDropoff", "JourneyEventEntrySystemFailure", "JourneyEventExited",
    "JourneyEventProfileUnresolved", "JourneyEventCancelledByActionFailure", "JourneyEventCancelledByExitEvent",
    "JourneyEventCancelledBySupressionSegment", "JourneyEventCancelledByJourneyStopped",
}  # fmt: skip
CLIENTS = {
    "BrowserId": "browser", "OperatingSystemId": "operating_system", "DeviceTypeId": "device_type",
    "EmailClientId": "email_client", "ChannelDefinitionId": "channel_definition",
}  # fmt: skip
NULLABLE_COUNTS = {"dwell_seconds", "duration_seconds", "touch_number", "members", "boost_value", "entry_attempt"}
DECIMALS = {"score", "numeric_answer", "visit_duration"}


def kind_of(column: str) -> pa.DataType:
    """Return the type of a truth column; its name says it."""
    if column.endswith("_at") or column in ("valid_from", "valid_to"):
        return pa.timestamp("us")
    if column.startswith(("was_", "is_", "has_")):
        return pa.bool_()
    counts = {"postponements", "resumptions", "step_number", "steps_entered", "steps_processed"}
    counts |= {"opens", "clicks", "bot_clicks", "replies", "forwards", "touches", "link_number", "attempts"}
    counts |= {"check_ins", "answers", "deletions", "attempt", "postponed_seconds"}
    if column in DECIMALS:
        return pa.float64()
    return pa.int64() if column in counts | NULLABLE_COUNTS else pa.string()


def schema(table: str) -> pa.Schema:
    """Return the columns of a truth table and their types."""
    return pa.schema([(name, kind_of(name)) for name in COLUMNS[table]])


SCHEMAS = {name: schema(name) for name in COLUMNS} | {"words": WORDS_USED}


def tables(plan: Plan, recipients: Recipients) -> dict[str, pa.Table]:
    """Return the truth tables of one plan, by name."""
    _note_later_sends(plan, recipients)
    _note_unsubscribes(plan)
    ids = _KeyTexts(plan, recipients)
    found = {}
    for name in COLUMNS:
        parts = [_table(name, record, ids) for record in plan.truth.get(name, [])]
        found[name] = pa.concat_tables(parts) if parts else schema(name).empty_table()
    found["conversions"] = _order_ties(found["conversions"])
    found["words"] = _words_used(plan)
    return found


def _words_used(plan: Plan) -> pa.Table:
    """Return each word and id that a decision put into a moment, with its count and its first and last time."""
    rows = []
    for moment in plan.moments:
        for kind, word in _words_of(moment).items():
            there = word.codes >= 0
            codes, at = word.codes[there].astype(np.int64), moment.at[there]
            counts = np.bincount(codes, minlength=len(word.values))
            first, last = np.full(len(counts), np.iinfo(np.int64).max), np.zeros(len(counts), np.int64)
            np.minimum.at(first, codes, at)
            np.maximum.at(last, codes, at)
            for code in np.flatnonzero(counts):
                rows.append((kind, moment.entity, word.values[code], counts[code], first[code], last[code]))
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * len(WORDS_USED)
    columns[4:] = [pa.array(np.array(at, np.int64) * 1_000_000).cast(pa.timestamp("us")) for at in columns[4:]]
    return pa.Table.from_arrays(
        [pa.array(values, kind) for values, kind in zip(columns, WORDS_USED.types, strict=True)], schema=WORDS_USED
    )


def _words_of(moment: Moment) -> dict[str, Coded]:
    """Return the words of a moment that reference data is asked about, by the kind of thing they tell."""
    decided = {name: word for name, word in moment.values.items() if isinstance(word, Coded)}
    found = {kind: decided[name] for name, kind in CLIENTS.items() if name in decided}
    if moment.entity in BLOCKS_BY_REASON:
        found["block_reason"] = _first_spoken(
            [decided[name] for name in REASON_COLUMNS if name in decided], len(moment)
        )
    if moment.entity in LEAVING and "Reason" in decided:
        found["drop_off_reason"] = decided["Reason"]
    if "Bounced" in moment.entity and "BounceCategory" in decided:
        found["bounce_category"] = decided["BounceCategory"]
    return found


def _first_spoken(words: list[Coded], count: int) -> Coded:
    """Return the first of several words that is there, row by row."""
    values, codes = [], np.full(count, -1, np.int64)
    for word in words:
        codes = np.where((codes < 0) & (word.codes >= 0), word.codes + len(values), codes)
        values += word.values
    return Coded(values, codes)


def _note_later_sends(plan: Plan, recipients: Recipients) -> None:
    """Say of each block whether its person was sent the same message after it, in whatever journey run."""
    messages = plan.truth.get("messages", [])
    addressed = recipients.of_place
    sent = [(addressed[record["place"]], record["message"], record["sent_at"], record["known"]) for record in messages]
    person, message, sent_at, known = (np.concatenate(parts) for parts in zip(*sent, strict=True))
    width = len(plan.tenant.messages) + 1
    pair = person.astype(np.int64) * width + message
    happened = (sent_at != NEVER) & known
    order = np.lexsort((sent_at[happened], pair[happened]))
    pairs, times = pair[happened][order], sent_at[happened][order]
    for record in plan.truth.get("blocks", []):
        wanted = addressed[record["place"]].astype(np.int64) * width + record["message"]
        last = np.searchsorted(pairs, wanted, side="right") - 1
        found = (last >= 0) & (record["message"] >= 0)
        found &= np.where(found, pairs[last] == wanted, False)
        record["was_later_sent"] = found & np.where(found, times[last] > record["blocked_at"], False)
        record["is_consent_block"] = record["consent_reason"].codes >= 0


def _note_unsubscribes(plan: Plan) -> None:
    """Say of each message whether somebody left a segment by it, as the unsubscribes of outbound are logged."""
    left = [
        record["place"]
        for record in plan.truth.get("segment_changes", [])
        if record["change_type"].values == ["unsubscribed"]
    ]
    for record in plan.truth.get("messages", []):
        record["was_unsubscribed"] |= np.isin(record["place"], np.concatenate([np.empty(0, np.int64), *left]))


def _order_ties(conversions: pa.Table) -> pa.Table:
    """Number touches of one conversion in the same second by the key of their messages, as nothing else orders them."""
    number = conversions["touch_number"].fill_null(0).to_numpy().copy()
    at = conversions["touched_at"].cast(pa.int64()).fill_null(NEVER).to_numpy()
    repeats = np.flatnonzero((number[1:] > 1) & (at[1:] == at[:-1])) + 1
    for group in np.split(repeats, np.flatnonzero(np.diff(repeats) > 1) + 1) if len(repeats) else ():
        rows = range(group[0] - 1, group[-1] + 1)
        texts = zip(*(conversions[name].take(pa.array(rows)).to_pylist() for name in TOUCH_GRAIN), strict=True)
        keys = [md5("\x1f".join(map(str, text)).encode(), usedforsecurity=False).hexdigest() for text in texts]
        number[np.argsort(keys) + rows[0]] = np.arange(len(rows)) + number[rows[0]]
    position = conversions.column_names.index("touch_number")
    numbers = pa.array(number, mask=number == 0)
    return conversions.set_column(position, conversions.schema.field(position), numbers)


class _KeyTexts:
    """Turns the key indexes of a record into the text that the warehouse keys on."""

    def __init__(self, plan: Plan, recipients: Recipients):
        self.tenant, self.people, self.run_ids, self.recipients = plan.tenant, plan.people, plan.run_ids, recipients
        tenant, people = plan.tenant, plan.people
        parts = (tenant.organizations.take(pa.array(people.organization)), people.kind, people.ids)
        self.keys = pa.array([
            md5(f"{organization}\x1f{PROFILE_TYPES[kind]}\x1f{own_id}".encode(), usedforsecurity=False).hexdigest()
            for organization, kind, own_id in zip(*(part.tolist() for part in parts), strict=True)
        ])  # fmt: skip

    def columns(self, record: dict[str, np.ndarray]) -> dict[str, pa.Array]:
        tenant, person = self.tenant, record["person"]
        organization = np.where(person >= 0, self.people.organization[person], 0)
        named = record.get("named", person)  # some events belong to a person, but have no columns to name one
        outbound = record["engine"] == OUTBOUND
        home = record.get("home", record["journey"])  # some events belong to a journey, but have no column to name it
        known = np.where(record["known"], named, -1)
        addressed = self.recipients.of_place[record["place"]]
        touched = record.get("touched_place", np.full(len(person), -1))
        touched = np.where(touched >= 0, self.recipients.of_place[touched], -1)
        unit = np.where(home >= 0, tenant.journey_unit[home], tenant.default_unit[organization])
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
            "profile_id": _texts(self.recipients.ids, np.where(known >= 0, addressed, -1)),
            "profile_key": _texts(self.keys, known),
            "touched_profile_id": _texts(self.recipients.ids, touched),
            "segment_id": _texts(tenant.segments, _segments(tenant, record)),
            "journey_engine": _texts(pa.array([ENGINES[0], ENGINES[1]]), record["engine"]),
            "variant": _texts(pa.array(VARIANTS), record["variant"]),
            "attempt": pa.array(np.maximum(record["attempt"], 1).astype(np.int64)),
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
        if isinstance(record.get(column), pa.Array):
            values = record[column].cast(kind)
        elif column in keys:
            values = keys[column]
        elif isinstance(record[column], Coded):
            values = record[column].array().dictionary_decode().cast(kind)
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
