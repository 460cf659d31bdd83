"""Columns that a tenant added to a few entities and that the schema does not know.

Their values follow from the last eight hexadecimal digits of the row id, read as a number: so they draw nothing, are
the same in every way of writing, and a test can work them out again. A row without that id has none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .plan import timestamps

ROW_ID = "InternalMarketingInteractionId"
DIGITS = 8
CAMPAIGNS = ["spring-launch", "Autumn sale, part 2", "win-back"]
SOURCES = ["fair", "partner", "website", "newsletter"]
FIRST_DEADLINE = 1_735_689_600  # 2025-01-01
_HEX = np.zeros(128, dtype=np.int64)
_HEX[[ord(digit) for digit in "0123456789abcdef"]] = range(16)


def _word(words: list[str]) -> Callable[[np.ndarray], pa.Array]:
    return lambda number: pa.DictionaryArray.from_arrays(pa.array(number % len(words), pa.int32()), pa.array(words))


def _budget(number: np.ndarray) -> pa.Array:
    cents = pa.array(number % 1_000_000).cast(pa.decimal128(19, 0))
    return pc.multiply(cents, pa.scalar(Decimal("0.01"))).cast(pa.decimal128(12, 2))


CODE = _word(CAMPAIGNS)
ADDED: dict[str, dict[str, Callable[[np.ndarray], pa.Array]]] = {
    "EmailSent": {
        "new_campaigncode": CODE,
        "new_priority": lambda number: pa.array(number % 5 + 1, pa.int32()),
        "new_budget": _budget,
        "new_deadline": lambda number: timestamps(FIRST_DEADLINE + number % 365 * 86400),
        "new_isvip": lambda number: pa.array(number % 10 == 0),
    },
    "EmailClicked": {"new_campaigncode": CODE},
    "FormSubmitted": {"new_source": _word(SOURCES)},
}


def with_added(table: pa.Table, entity: str) -> pa.Table:
    """Return the rows of an entity with the columns that the tenant added to it."""
    added = ADDED.get(entity, {})
    if added:
        known = ROW_ID in table.column_names
        ids = table[ROW_ID].combine_chunks() if known else pa.nulls(len(table), pa.string())
        there = ids.is_valid().to_numpy(zero_copy_only=False)
        # Row ids are as long as each other, so their characters make a matrix.
        text = ids.drop_null().cast(pa.binary()).to_numpy(zero_copy_only=False).astype("S36")
        digits = _HEX[text.view(np.uint8).reshape(-1, 36)[:, -DIGITS:]]
        number = digits @ (16 ** np.arange(DIGITS)[::-1])
        rows = pa.array(np.cumsum(there) - 1, mask=~there)
        for name, make in added.items():
            table = table.append_column(name, make(number).take(rows))
    return table
