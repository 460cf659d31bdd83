"""From moments to rows: how each raw attribute gets its value, and the tables of an entity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import draw
from .dataverse import Recipients
from .noise import SUPERSEDED_KINDS, Noise
from .people import CONTACT, LEAD
from .plan import Coded, Moment, Plan, timestamps
from .schema import Entity
from .tenant import OUTBOUND, VERSIONS
from .vocabulary import (
    ALWAYS,
    FIRST_NAMES,
    FRESH_GUIDS,
    LAST_NAMES,
    LINK_COLUMNS,
    LINKS,
    PLACES,
    PROFILE_TYPES,
    SEGMENTS,
    SENDER_DOMAINS,
    SHORT_GUIDS,
    SPARSE,
    VARIANTS,
    WORDS,
)

# Text columns with many different values; all other text columns are dictionary arrays.
MANY_VALUES = FRESH_GUIDS | {
    "InternalMarketingInteractionId", "IdempotencyId", "JourneyRunId", "ProfileId", "ContactId", "LeadId",
    "EmailAddressUsed", "EmailAddress", "RecipientPhoneNumber", "UserContactPoint", "IpAddress", "Recipient",
}  # fmt: skip
DICTIONARY = pa.dictionary(pa.int32(), pa.string())
# What a superseded row says in place of the final value.
PROVISIONAL = {
    "Reason": "Pending", "Details": "First report", "City": "Unknown", "MessageTemplateVersion": "0",
    "BounceReason": "Pending", "LinkName": "Unknown", "ReasonDetail": "Pending", "JourneyVersion": "0",
    "Result": "Pending", "FormName": "Unknown",
}  # fmt: skip
DIGITS = [str(number) for number in range(10)]
STATUS_PREFIXES = ("ActionEvent", "JourneyEvent")
ODD_STYLE = 0.012  # share of rows whose ids are in upper case, in braces or between blanks
HALF_LOST = 0.008  # share of rows that name the contact or lead but not the profile


class Spellings:
    """Ids in four spellings: as they are, in upper case, in braces, between blanks."""

    def __init__(self, ids: pa.Array):
        """Prepare the spellings of `ids`."""
        self.count = len(ids)
        braced = pc.binary_join_element_wise("{", ids, "}", "")
        padded = pc.binary_join_element_wise(" ", ids, " ", "")
        self.all = pa.concat_arrays([ids, pc.utf8_upper(ids), braced, padded])

    def take(self, index: np.ndarray, style: np.ndarray) -> pa.Array:
        """Return the ids at `index` in the spelling `style` (0 to 3), as text; a negative index gives null."""
        return self.all.take(pa.array(index + style * self.count, mask=index < 0))

    def codes(self, index: np.ndarray, style: np.ndarray) -> pa.Array:
        """Return the same as a dictionary array."""
        if len(index) < 4 * len(self.all):  # few rows: keep unused entries out of the files
            return self.take(index, style).dictionary_encode()
        return pa.DictionaryArray.from_arrays(pa.array(index + style * self.count, mask=index < 0), self.all)


class Registry:
    """The spellings of all ids that the rows of one plan refer to."""

    def __init__(self, plan: Plan, recipients: Recipients):
        """Collect the ids of the plan's tenant, and those that its people have and had."""
        tenant = plan.tenant
        self.recipients = recipients
        self.organization = Spellings(tenant.organizations)
        self.unit = Spellings(tenant.business_units)
        self.account = Spellings(tenant.accounts)
        self.segment = Spellings(tenant.segments)
        self.journey = Spellings(tenant.journeys)
        self.step = Spellings(tenant.steps)
        self.message = Spellings(tenant.messages)
        self.iteration = Spellings(tenant.iterations)
        self.sending = Spellings(tenant.sendings)
        self.run = Spellings(plan.run_ids)
        self.person = Spellings(recipients.ids)


class Rows:
    """The rows of one moment while they are made. Index arrays hold one value per row, -1 is "none"."""

    def __init__(
        self, plan: Plan, ids: Registry, entity: Entity, moment: Moment, noise: Noise, rng: np.random.Generator
    ):
        """Look up what the moment's places say."""
        self.plan, self.ids, self.entity, self.moment, self.noise, self.rng = plan, ids, entity, moment, noise, rng
        self.count = len(moment)
        odd = draw.chance(rng, self.count, ODD_STYLE)
        self.style = np.where(odd, rng.integers(1, 4, self.count, dtype=np.int32), 0).astype(np.int32)

    def _place(self, name: str) -> np.ndarray:
        return self.plan.places(name)[self.moment.place]

    person = cached_property(lambda self: self._place("person"))
    journey = cached_property(lambda self: self._place("journey"))
    message = cached_property(lambda self: self._place("message"))
    iteration = cached_property(lambda self: self._place("iteration"))
    engine = cached_property(lambda self: self._place("engine"))
    is_outbound = cached_property(lambda self: self.engine == OUTBOUND)

    @cached_property
    def organization(self) -> np.ndarray:
        """Return the organization of each row: that of the person."""
        return np.where(self.person >= 0, self.plan.people.organization[self.person], 0).astype(np.int32)

    @cached_property
    def kind(self) -> np.ndarray:
        """Return the kind of person of each row."""
        return np.where(self.person >= 0, self.plan.people.kind[self.person], -1)

    @cached_property
    def known(self) -> np.ndarray:
        """Return whether each row may say who the person is."""
        return self._place("known") & (self.person >= 0)

    @cached_property
    def half_lost(self) -> np.ndarray:
        """Return which rows name the contact or lead, but not the profile."""
        named = (self.kind == CONTACT) & ("ContactId" in self.entity.columns)
        named |= (self.kind == LEAD) & ("LeadId" in self.entity.columns)
        return named & self.known & draw.chance(self.rng, self.count, HALF_LOST)

    def words(self, values: list, *, empty: float = 0.05) -> pa.Array:
        """Return random `values`, a share of them `empty` (null)."""
        codes = self.rng.integers(0, len(values), self.count, dtype=np.int32)
        mask = draw.chance(self.rng, self.count, empty) if empty else None
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=mask), pa.array(values))

    def coded(self, values, codes: np.ndarray) -> pa.Array:
        """Return `values` by code; a negative code gives null."""
        codes = codes.astype(np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(values))

    def coded_flags(self, share: float, *, empty: float) -> pa.Array:
        """Return random booleans, a `share` of them true and a share of them `empty` (null)."""
        return pa.array(draw.chance(self.rng, self.count, share), mask=draw.chance(self.rng, self.count, empty))

    def person_ids(self, keep: np.ndarray) -> pa.Array:
        """Return the ids that rows name their people by, null where `keep` is false."""
        addressed = self.ids.recipients.of_place[self.moment.place]
        return self.ids.person.take(self.where(keep, addressed), self.style)

    def of_person(self, values: pa.Array, keep: np.ndarray | None = None) -> pa.Array:
        """Return a property of the person, as text; null where there is none or where `keep` is false."""
        missing = self.person < 0 if keep is None else (self.person < 0) | ~keep
        return values.take(pa.array(self.person, mask=missing))

    def where(self, keep: np.ndarray, index: np.ndarray) -> np.ndarray:
        """Return `index` where `keep`, else "none"."""
        return np.where(keep, index, -1).astype(np.int32)


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
    return rows.coded(names, rows._place("variant"))


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
    "JourneyRunId": lambda rows: rows.ids.run.take(rows._place("run"), rows.style),
    "JourneyActionId": lambda rows: rows.ids.step.codes(rows.where(~rows.is_outbound, rows._place("step")), rows.style),
    "ActivityId": lambda rows: rows.ids.step.codes(rows.where(rows.is_outbound, rows._place("step")), rows.style),
    "ParentActionId": lambda rows: rows.ids.step.codes(rows._place("parent"), rows.style),
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


def make(rows: Rows, attribute: str, kind: pa.DataType) -> pa.Array:
    """Return the column `attribute`: as the moment decided, else as its maker says, else null for an unknown one."""
    decided = rows.moment.values.get(attribute)
    if isinstance(decided, Coded):
        return decided.array()
    if decided is not None:
        return decided
    empty = 0.0 if attribute in ALWAYS else SPARSE.get(attribute, 0.05)
    if attribute in MAKERS:
        return MAKERS[attribute](rows)
    if attribute in WORDS:
        return rows.words(WORDS[attribute], empty=empty)
    if attribute in SHORT_GUIDS:
        return rows.words(rows.plan.tenant.guid_lists[attribute], empty=empty)
    if attribute in FRESH_GUIDS:
        return draw.guids(rows.rng, rows.count)
    return pa.nulls(rows.count, kind)


def as_type(values: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return `values` as `kind`; a dictionary array where that is asked for, and never where it is not."""
    if values.type == kind:
        return values
    if kind == DICTIONARY:
        return (values if pa.types.is_dictionary(values.type) else values.cast(pa.string()).dictionary_encode()).cast(
            DICTIONARY
        )
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values.cast(kind)


def arrow_schema(columns: dict[str, pa.DataType]) -> pa.Schema:
    """Return the types in which these columns are made: text with few values as dictionary arrays."""
    return pa.schema(
        [
            (name, DICTIONARY if pa.types.is_string(kind) and name not in MANY_VALUES else kind)
            for name, kind in columns.items()
        ]
    )


def tables(
    plan: Plan,
    ids: Registry,
    entity: Entity,
    moment: Moment,
    noise: Noise,
    rng: np.random.Generator,
    beside: Iterable[str] = (),
) -> Iterator[pa.Table]:
    """Make the rows of one moment: the rows themselves, their repeats, and the versions that they supersede.

    They get the text columns `beside` as well. Those must have a maker that draws nothing, so that asking for them
    leaves all other values as they are.
    """
    wanted = entity.columns | dict.fromkeys(beside, pa.string())
    schema = arrow_schema(wanted)
    rows = Rows(plan, ids, entity, moment, noise, rng)
    columns = [as_type(make(rows, name, kind), schema.field(name).type) for name, kind in wanted.items()]
    table = pa.Table.from_arrays(columns, schema=schema)
    older = _superseded(table, noise, rng) if len(noise.superseded) else None
    early = older is not None and len(moment) % 2  # some of the older versions arrive first, others last
    if early:
        yield older
    yield table
    if len(noise.repeated):
        yield table.take(pa.array(noise.repeated))
    if older is not None and not early:
        yield older


def _superseded(table: pa.Table, noise: Noise, rng: np.random.Generator) -> pa.Table:
    """Return the rows that the superseded ones of `table` replaced."""
    older = table.take(pa.array(noise.superseded))
    count, names = len(older), older.column_names
    kinds = [SUPERSEDED_KINDS[code] for code in noise.kind]
    version = pa.array([entry[0] for entry in kinds], pa.int32())
    delay = np.array([entry[2] for entry in kinds], dtype=np.int64) * 1_000_000
    own_ids = draw.guids(rng, count)
    last_ids = pc.binary_replace_slice(own_ids, 0, 8, "ffffffff").cast(pa.string())
    sorts_last, shares_id = (pa.array([entry[column] for entry in kinds]) for column in (3, 4))
    changes = {"Version": version}
    if "Timestamp" in names:
        moved = older["Timestamp"].combine_chunks().cast(pa.int64()).to_numpy() + delay
        changes["Timestamp"] = pa.array(moved).cast(pa.timestamp("us", tz="UTC"))
    if "InternalMarketingInteractionId" in names:
        same = older["InternalMarketingInteractionId"].combine_chunks()
        changes["InternalMarketingInteractionId"] = pc.if_else(
            shares_id, same, pc.if_else(sorts_last, last_ids, own_ids)
        )
    for name, word in PROVISIONAL.items():
        changes[name] = pa.array([word] * count)
    for name, values in changes.items():
        if name in names:
            position = names.index(name)
            older = older.set_column(position, older.schema.field(name), as_type(values, older.schema.field(name).type))
    return older
