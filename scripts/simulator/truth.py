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
        "first_postponed_at", "postponements", "resumptions", "dwell_seconds", "step_outcome", "drop_off_type",
        "drop_off_reason", "drop_off_reason_detail", "last_event_at", "step_number",
    ],
    "runs": [
        "organization_id", "journey_id", "journey_run_id", *PERSON, "journey_engine", "inflow_at", "entered_at",
        "ended_at", "entry_outcome", "run_outcome", "exit_reason", "exit_reason_detail", "duration_seconds",
        "steps_entered", "steps_processed",
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
        "was_later_sent", "has_other_cause",
    ],
    "iteration_starts": ["organization_id", "journey_id", "journey_run_id", *PERSON, "started_at"],
    "record_changes": [
        "organization_id", *PERSON, "journey_engine", "business_unit_id", "journey_id", "journey_run_id",
        "journey_step_id", "message_id", "change_type", "record_id", "action_name", "audience_name", "change_status",
        "reason", "boost_value", "occurred_at",
    ],
    "consent_changes": [
        "organization_id", *PERSON, "journey_engine", "journey_id", "journey_run_id", "journey_step_id", "message_id",
        "interaction_type", "change_type", "consent_status", "contact_point", "purpose_id", "purpose_name",
        "segment_id", "form_id", "form_submission_id", "confirmation_request_id", "occurred_at",
    ],
    "consent_status": [
        "organization_id", *PERSON, "contact_point", "consent_scope", "consent_scope_id", "consent_status",
        "interaction_type", "change_type", "valid_from", "valid_to", "is_current",
    ],
}  # fmt: skip
INTERACTIONS = pa.schema([("entity", pa.string()), ("raw_rows", pa.int64()), ("rows_after_dedup", pa.int64())])
NULLABLE_COUNTS = {"dwell_seconds", "duration_seconds", "boost_value"}


def kind_of(column: str) -> pa.DataType:
    """Return the type of a truth column; its name says it."""
    if column.endswith("_at") or column in ("valid_from", "valid_to"):
        return pa.timestamp("us")
    if column.startswith(("was_", "is_", "has_")):
        return pa.bool_()
    counts = {"postponements", "resumptions", "step_number", "steps_entered", "steps_processed"}
    counts |= {"opens", "clicks", "bot_clicks", "replies", "forwards"}
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
        organization = self.people.organization[person]
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
            "profile_type": _texts(pa.array(PROFILE_TYPES), self.people.kind[person]),
            "profile_id": _texts(self.people.ids, np.where(record["known"], person, -1)),
            "journey_engine": _texts(pa.array([ENGINES[0], ENGINES[1]]), record["engine"]),
        }


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
        elif isinstance(record[column], pa.Array):
            values = record[column]
        elif isinstance(record[column], Coded):
            values = record[column].array().dictionary_decode().cast(pa.string())
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
