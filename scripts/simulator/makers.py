"""How the columns are made that say who, where and which."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import draw
from .column_values import LINK_COLUMNS
from .noise import SUPERSEDED_KINDS
from .people import CONTACT, LEAD
from .plan import timestamps
from .rows import Rows
from .tenant import VERSIONS
from .vocabulary import FIRST_NAMES, LAST_NAMES, LINKS, PLACES, PROFILE_TYPES, SEGMENTS, SENDER_DOMAINS, VARIANTS

DIGITS = [str(number) for number in range(10)]
STATUS_PREFIXES = ("ActionEvent", "JourneyEvent")


def _row_id(rows: Rows) -> pa.Array:
    ids = draw.guids(rows.rng, rows.count)
    return (
        pc.if_else(pa.array(rows.noise.without_ids), pa.scalar(None, pa.string()), ids)
        if rows.noise.without_ids.any()
        else ids
    )


def _idempotency_id(rows: Rows) -> pa.Array:
    ids = draw.hex_ids(rows.rng, rows.count)
    sandbox, main = np.flatnonzero(rows.organization == 1), np.flatnonzero(rows.organization == 0)
    shared = min(len(sandbox) // 20, len(main))
    if shared:  # the same id in two organizations means two different events
        index = np.arange(rows.count)
        index[sandbox[:shared]] = main[:shared]
        ids = ids.take(pa.array(index))
    return pc.if_else(pa.array(rows.noise.without_idempotency_id), pa.scalar(None, pa.string()), ids)


def _version(rows: Rows) -> pa.Array:
    version = np.where(draw.chance(rows.rng, rows.count, 0.01), 2, 1).astype(np.int32)
    counts = np.array([entry[1] for entry in SUPERSEDED_KINDS], dtype=np.int32)
    empty = draw.chance(rows.rng, rows.count, 0.005)
    if len(rows.noise.superseded):
        version[rows.noise.superseded] = counts[rows.noise.kind]
        empty[rows.noise.superseded] = False
    return pa.array(version, mask=empty)


def _source_system(rows: Rows) -> pa.Array:
    drawn = rows.rng.integers(0, 20, rows.count)
    value = np.where(rows.is_outbound, 1, np.where(drawn == 0, 0, 2)).astype(np.int32)
    return pa.array(value, mask=~rows.is_outbound & (drawn == 1))


def _profile_type(rows: Rows) -> pa.Array:
    spelled = PROFILE_TYPES + [name.lower() for name in PROFILE_TYPES] + [name.upper() for name in PROFILE_TYPES]
    odd = np.where(rows.style > 0, rows.style % 3, 0)
    gone = rows.half_lost & (rows.style == 0) & (rows.person % 2 == 0)
    return rows.coded(spelled, np.where((rows.kind < 0) | gone, -1, rows.kind + 3 * odd))


def _unit(rows: Rows) -> pa.Array:
    tenant = rows.plan.tenant
    default = tenant.default_unit[rows.organization]
    return rows.ids.unit.codes(
        np.where(rows.journey >= 0, tenant.journey_unit[rows.journey], default).astype(np.int32), rows.style
    )


def _segment(rows: Rows) -> np.ndarray:
    if rows.entity.name.startswith("JourneyEvent"):
        return rows.plan.tenant.journey_segment[rows.journey]
    return rows.rng.integers(0, len(SEGMENTS), rows.count).astype(np.int32)


def _status(rows: Rows) -> pa.Array:
    name = rows.entity.name
    for prefix in STATUS_PREFIXES:
        name = name.removeprefix(prefix)
    return rows.coded([name], np.zeros(rows.count))


def _variant(rows: Rows, names: list[str]) -> pa.Array:
    return rows.coded(names, rows.places("variant"))


def _usage(rows: Rows) -> pa.Array:
    code = np.where(rows.message < 0, -1, np.where(rows.journey < 0, 0, np.where(rows.is_outbound, 1, 2)))
    if rows.entity.name.startswith("Activity"):
        code = np.maximum(code, 1)
    return rows.coded(["TestSend", "Journey", "Trigger"], code)


def _place_of_person(column: int, empty: float = 0.05) -> Callable[[Rows], pa.Array]:
    def make(rows: Rows) -> pa.Array:
        code = np.where(rows.person >= 0, rows.plan.people.place[rows.person], -1)
        return rows.coded(
            [place[column] for place in PLACES], np.where(draw.chance(rows.rng, rows.count, empty), -1, code)
        )

    return make


def _ip_address(rows: Rows) -> pa.Array:
    networks = pa.array(
        [f"{network}.{host}" for network in ("192.0.2", "198.51.100", "203.0.113") for host in range(1, 255)]
    )
    return networks.take(pa.array(rows.rng.integers(0, len(networks), rows.count)))


def _name(kind: int, names: list[str], field: str) -> Callable[[Rows], pa.Array]:
    return lambda rows: rows.coded(
        names, np.where((rows.kind == kind) & rows.known, getattr(rows.plan.people, field)[rows.person], -1)
    )


def _account(rows: Rows) -> pa.Array:
    return rows.ids.account.codes(rows.where(rows.known, rows.plan.people.account[rows.person]), rows.style)


def _is_unresolved(rows: Rows) -> pa.Array:
    return pa.array(~rows.known | rows.half_lost | (rows.entity.name == "JourneyEventProfileUnresolved"))


def _expiry(rows: Rows) -> pa.Array:
    at = timestamps(rows.moment.at // 86400 * 86400 + 7 * 86400)
    return pc.if_else(pa.array(rows.is_outbound), at, pa.scalar(None, at.type))


def _channel_type(rows: Rows) -> pa.Array:
    return rows.coded(["Custom" if "Custom" in rows.entity.name else "Email"], np.zeros(rows.count))


def _recipient(rows: Rows) -> pa.Array:
    return rows.of_person(rows.plan.people.phone)


# Columns that say who, where and which: attribute -> how it is made.
MAKERS: dict[str, Callable[[Rows], pa.Array]] = {
    "InternalMarketingInteractionId": _row_id,
    "IdempotencyId": _idempotency_id,
    "Version": _version,
    "SourceSystem": _source_system,
    "Timestamp": lambda rows: timestamps(rows.moment.at),
    "InteractionType": lambda rows: rows.coded([rows.entity.name], np.zeros(rows.count)),
    "OrganizationId": lambda rows: rows.ids.organization.codes(rows.organization, rows.style),
    "BusinessUnitId": _unit,
    "CustomerJourneyId": lambda rows: rows.ids.journey.codes(rows.journey, rows.style),
    "CustomerJourneyIterationId": lambda rows: rows.ids.iteration.codes(rows.iteration, rows.style),
    "SendingId": lambda rows: rows.ids.sending.codes(rows.iteration, rows.style),
    "JourneyRunId": lambda rows: rows.ids.run.take(rows.places("run"), rows.style),
    "JourneyActionId": lambda rows: rows.ids.step.codes(rows.where(~rows.is_outbound, rows.places("step")), rows.style),
    "ActivityId": lambda rows: rows.ids.step.codes(rows.where(rows.is_outbound, rows.places("step")), rows.style),
    "ParentActionId": lambda rows: rows.ids.step.codes(rows.places("parent"), rows.style),
    "MessageId": lambda rows: rows.ids.message.codes(rows.message, rows.style),
    "MessageTemplateVersion": lambda rows: rows.coded(
        DIGITS, np.where(rows.message >= 0, rows.plan.tenant.message_version[rows.message], -1)
    ),
    "MessageVariationName": lambda rows: _variant(rows, VARIANTS),
    "MessageVariationIndexes": lambda rows: _variant(rows, ["[0]", "[1]", "[2]"]),
    "ProfileType": _profile_type,
    "ProfileId": lambda rows: rows.person_ids(rows.known & ~rows.half_lost),
    "ContactId": lambda rows: rows.person_ids(rows.known & (rows.kind == CONTACT)),
    "LeadId": lambda rows: rows.person_ids(rows.known & (rows.kind == LEAD)),
    "AccountId": _account,
    "IsUnresolvedProfile": _is_unresolved,
    "JourneyVersion": lambda rows: rows.coded(
        VERSIONS, np.where(rows.journey >= 0, rows.plan.tenant.journey_version[rows.journey], 1)
    ),
    "SegmentId": lambda rows: rows.ids.segment.codes(_segment(rows), rows.style),
    "SegmentName": lambda rows: rows.coded(SEGMENTS, _segment(rows)),
    "ActionStatus": _status,
    "JourneyStatus": _status,
    "UsageType": _usage,
    "IsSmartScheduled": lambda rows: rows.coded_flags(0.2, empty=0.1),
    "ActivityExpiryTime": _expiry,
    "EmailAddressUsed": lambda rows: rows.of_person(rows.plan.people.email),
    "EmailAddress": lambda rows: rows.of_person(rows.plan.people.email),
    "EmailDomain": lambda rows: rows.coded(SENDER_DOMAINS, np.maximum(rows.message, 0) % len(SENDER_DOMAINS)),
    "ContactFirstName": _name(CONTACT, FIRST_NAMES, "first_name"),
    "ContactLastName": _name(CONTACT, LAST_NAMES, "last_name"),
    "LeadFirstName": _name(LEAD, FIRST_NAMES, "first_name"),
    "LeadLastName": _name(LEAD, LAST_NAMES, "last_name"),
    "City": _place_of_person(0),
    "State": _place_of_person(1, 0.2),
    "PostalCode": _place_of_person(2),
    "CountryIsoCode": _place_of_person(3),
    "Country": _place_of_person(4, 0),
    "IpAddress": _ip_address,
    "Recipient": _recipient,
    "RecipientPhoneNumber": _recipient,
    "UserContactPoint": _recipient,
    "Sender": lambda rows: rows.words(["+12025550100", "+12025550101"], empty=0),
    "SenderPhoneNumber": lambda rows: rows.words(["+12025550100", "+12025550101"], empty=0),
    "OrganizationContactPoint": lambda rows: rows.words(["+12025550100", "+12025550101"], empty=0),
    "ChannelType": _channel_type,
    "DeliveredCount": lambda rows: pa.array(np.ones(rows.count, dtype=np.int32)),
    "Answered": lambda rows: pa.array(draw.chance(rows.rng, rows.count, 0.5)),
} | dict.fromkeys(LINK_COLUMNS, lambda rows: rows.words(LINKS, empty=0.02))  # fmt: skip
