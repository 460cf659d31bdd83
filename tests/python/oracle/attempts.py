"""Which attempted message each event belongs to: attempts are told apart first, then the other events join them."""

from datetime import datetime
from typing import NamedTuple

from .meaning import BLOCKS, MESSAGE_CHANNELS, SENDS, concerns_a_message
from .tools import Row, group, known, nulls_last, of_types, smallest

SAME_MESSAGE = ("organization_id", "channel", "profile_type", "profile_id", "message_id")
PLACE = ("journey_run_id", "journey_step_id")
STATED = ("journey_id", *PLACE)
ATTEMPTING = SENDS | BLOCKS


class Attempt(NamedTuple):
    """One attempt of a message to a person: what it states, its number there, its first time and its sendings."""

    stated: tuple
    number: int
    at: datetime | None
    sendings: frozenset


def message_events(events: list[Row]) -> list[Row]:
    """Return the events of messages under the keys of the attempt they belong to, with its number as `attempt`.

    Blocks of outbound activities, which name no channel, keep what they state.
    """
    found = [event | {"attempt": 1} for event in events if _is_channelless_block(event)]
    about = [_of_a_message(event) for event in events if _concerns(event)]
    for rows in group(about, SAME_MESSAGE).values():
        numbered = _numbered([row for row in rows if _identifies(row)])
        tried = group(of_types(numbered, ATTEMPTING), (*STATED, "attempt"))
        attempts = sorted(map(_attempt, tried.values()), key=_order)
        found += numbered
        found += [row | _joined(row, attempts) for row in rows if not _identifies(row)]
    return found


def _is_channelless_block(event: Row) -> bool:
    return event["interaction_type"] in BLOCKS and event["channel"] not in MESSAGE_CHANNELS


def _concerns(event: Row) -> bool:
    return concerns_a_message(event["interaction_type"]) or _is_outbound_unsubscribe(event)


def _is_outbound_unsubscribe(event: Row) -> bool:
    """Tell whether somebody left a segment by an outbound e-mail, which is how its unsubscribes are logged."""
    return (
        event["interaction_type"] == "SegmentUnsubscribed"
        and event["journey_engine"] == "outbound"
        and event["message_id"] is not None
    )


def _of_a_message(event: Row) -> Row:
    return event | ({"channel": "email"} if _is_outbound_unsubscribe(event) else {})


def _identifies(row: Row) -> bool:
    """Tell whether a row says by itself which attempt it is part of."""
    return row["interaction_type"] in SENDS or all(row[column] is not None for column in PLACE)


def _numbered(rows: list[Row]) -> list[Row]:
    """Number the sends that state neither run nor step in the order of time; each is an attempt of its own."""
    nowhere = [row for row in rows if all(row[column] is None for column in PLACE)]
    found = [row | {"attempt": 1} for row in rows if any(row[column] is not None for column in PLACE)]
    for sends in group(nowhere, STATED).values():
        sends.sort(key=lambda row: (nulls_last(row["occurred_at"]), nulls_last(_own_id(row))))
        found += [row | {"attempt": number} for number, row in enumerate(sends, start=1)]
    return found


def _own_id(row: Row) -> str | None:
    return row["idempotency_id"] or row["internal_marketing_interaction_id"]


def _attempt(rows: list[Row]) -> Attempt:
    stated = tuple(rows[0][column] for column in STATED)
    return Attempt(stated, rows[0]["attempt"], smallest(rows, "occurred_at"), frozenset(known(rows, "sending_id")))


def _order(attempt: Attempt) -> tuple:
    return (nulls_last(attempt.at), attempt.number, *map(nulls_last, attempt.stated))


def _joined(row: Row, attempts: list[Attempt]) -> Row:
    """Return the keys of the attempt that an event joins, else its own, numbered so that it joins nobody."""
    fitting = [attempt for attempt in attempts if _fits(row, attempt)]
    before = [attempt for attempt in fitting if nulls_last(attempt.at) <= nulls_last(row["occurred_at"])]
    if fitting:
        chosen = before[-1] if before else fitting[0]
        return dict(zip(STATED, chosen.stated, strict=True)) | {"attempt": chosen.number}
    stated = tuple(row[column] for column in STATED)
    return {"attempt": 1 + max((attempt.number for attempt in attempts if attempt.stated == stated), default=0)}


def _fits(row: Row, attempt: Attempt) -> bool:
    """Tell whether event and attempt contradict each other in nothing that both state."""
    places = zip((row[column] for column in STATED), attempt.stated, strict=True)
    sending = row.get("sending_id")
    return all(ours is None or theirs is None or ours == theirs for ours, theirs in places) and (
        sending is None or not attempt.sendings or sending in attempt.sendings
    )
