"""Staged rows to interactions: one row per event, and the columns that all marts share."""

from collections.abc import Hashable
from datetime import datetime

from .meaning import channel_of
from .schema import entities
from .tools import Row, nulls_last

PERSON_TYPES = {"contact": "contact", "lead": "lead", "ci profile": "profile"}
COLUMNS = (
    "interaction_type",
    "interaction_family",
    "channel",
    "journey_engine",
    "organization_id",
    "business_unit_id",
    "profile_type",
    "profile_id",
    "journey_id",
    "journey_run_id",
    "journey_step_id",
    "message_id",
    "occurred_at",
    "interaction_version",
)


def interactions(staged: dict[str, list[Row]]) -> list[Row]:
    """Return the interactions of all entities, each event once."""
    return [enrich(name, row) for name, rows in staged.items() for row in without_duplicates(name, rows)]


def without_duplicates(interaction_type: str, rows: list[Row]) -> list[Row]:
    """Of the rows with one key keep the one that ranks first."""
    best: dict[Hashable, Row] = {}
    for row in rows:
        key = duplicate_key(interaction_type, row)
        if key not in best or rank(row) < rank(best[key]):
            best[key] = row
    return list(best.values())


def duplicate_key(interaction_type: str, row: Row) -> Hashable:
    """Tell what makes two rows the same event."""
    own_id = row["idempotency_id"] or row["internal_marketing_interaction_id"]
    if own_id is None:
        return ("content", *row.items())
    if interaction_type == "EmailDelivered":
        return ("id", row["organization_id"], own_id, delivered_count(row))
    return ("id", row["organization_id"], own_id)


def rank(row: Row) -> tuple:
    """Order rows of one key: highest version, then latest time, then smallest id; null loses each time."""
    version, time = row["interaction_version"], row["occurred_at"]
    return (
        nulls_last(None if version is None else -version),
        nulls_last(None if time is None else datetime.max - time),
        nulls_last(row["internal_marketing_interaction_id"]),
    )


def delivered_count(row: Row) -> int:
    """Return what a delivery adds to the sum: a bounce takes one back, and a row that doesn't say adds one."""
    return 1 if row["delivered_count"] is None else row["delivered_count"]


def enrich(interaction_type: str, row: Row) -> Row:
    """Add the columns that are common to all interactions to a staged row."""
    profile_type, profile_id = person(row)
    return row | {
        "interaction_type": interaction_type,
        "interaction_family": entities()[interaction_type].family,
        "channel": channel_of(interaction_type),
        "journey_engine": "outbound" if row["source_system"] == 1 else "real_time",
        "profile_type": profile_type,
        "profile_id": profile_id,
        "journey_id": row.get("journey_id"),
        "journey_run_id": row.get("journey_run_id") or row.get("journey_iteration_id"),
        "journey_step_id": row.get("journey_action_id") or row.get("activity_id"),
        "message_id": row.get("message_id"),
    }


def person(row: Row) -> tuple[str | None, str | None]:
    """Return the person's type and id. A row about nobody keeps the type it states."""
    stated = (row.get("profile_type") or "").strip().lower()
    stated_type = PERSON_TYPES.get(stated, stated or None)
    if row.get("profile_id") is not None:
        return stated_type, row["profile_id"]
    if row.get("contact_id") is not None:
        return "contact", row["contact_id"]
    if row.get("lead_id") is not None:
        return "lead", row["lead_id"]
    return stated_type, None


def fct_interactions(events: list[Row]) -> list[Row]:
    """Return one row per interaction."""
    return [{column: event[column] for column in COLUMNS} for event in events]
