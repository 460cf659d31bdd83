"""From moments to rows: the tables of an entity, each column as it was decided, as its maker says, or drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import draw
from .column_values import ALWAYS, FRESH_GUIDS, SHORT_GUIDS, SPARSE, WORDS
from .makers import MAKERS
from .noise import SUPERSEDED_KINDS, Noise
from .plan import Coded, Moment, Plan
from .rows import Rows
from .schema import Entity
from .spellings import Registry

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
