"""What real exports do to rows: exact repeats, superseded versions, missing and shared ids.

The planned row is always the one that counts; what is added here is older or a copy, so the truth stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .draw import chance
from .plan import Moment

REPEATS, SUPERSEDED = 0.006, 0.008  # shares of all rows
NO_IDEMPOTENCY_ID, NO_ID_AT_ALL = 0.03, 0.003
# Entities with at most one row per person and step: here two rows without any id are surely two different events.
MAY_LACK_IDS = {"EmailSent", "ActionEventInflow", "JourneyEventInflow", "SmsSent"}

# How a superseded row differs from the one that counts: its version, the version that counts, its delay in seconds,
# whether it has a row id of its own that sorts last, and whether both lack the IdempotencyId (and share the row id).
SUPERSEDED_KINDS = [
    (1, 2, 0, False, False),
    (1, 3, 3600, False, False),  # an older version may carry the later time
    (None, 1, -600, False, False),
    (1, 1, -60, False, False),
    (1, 1, 0, True, False),
    (2, 4, -5, False, True),
]
_IS_OLDER = np.array([version != counts for version, counts, *_ in SUPERSEDED_KINDS])


@dataclass
class Noise:
    """What is added to one moment. All arrays are row numbers of the moment, `kind` numbers SUPERSEDED_KINDS."""

    repeated: np.ndarray
    superseded: np.ndarray
    kind: np.ndarray
    without_idempotency_id: np.ndarray  # booleans, one per row
    without_ids: np.ndarray

    def __len__(self) -> int:
        """Return the number of rows that are added."""
        return len(self.repeated) + len(self.superseded)

    @property
    def older(self) -> int:
        """Return how many of the added rows have a lower version than the row that counts, or none."""
        return int(_IS_OLDER[self.kind].sum())

    @property
    def repeats(self) -> int:
        """Return how many of the added rows have the version of the row that counts."""
        return len(self) - self.older

    @property
    def rows_without_id(self) -> int:
        """Return how many rows, repeats included, have no id at all."""
        return int(self.without_ids.sum() + self.without_ids[self.repeated].sum())


def build(rng: np.random.Generator, moment: Moment, added: int | None = None) -> Noise:
    """Draw the noise of a `moment`; exactly `added` rows if given."""
    count = len(moment)
    given = "IdempotencyId" in moment.values
    without_ids = chance(rng, count, NO_ID_AT_ALL if moment.entity in MAY_LACK_IDS else 0)
    without_idempotency_id = (chance(rng, count, NO_IDEMPOTENCY_ID) & (not given)) | without_ids
    repeats = int(rng.binomial(count, REPEATS)) if added is None else added // 2
    older = int(rng.binomial(count, SUPERSEDED)) if added is None else added - repeats
    repeated = rng.integers(0, count, repeats)
    if added is None:
        repeated = np.concatenate([repeated, np.flatnonzero(without_ids)[::2]])
    candidates = np.flatnonzero(~without_ids)
    older = min(older, len(candidates)) if added is None else older
    superseded = rng.choice(candidates, older, replace=False) if older else np.empty(0, np.int64)
    kind = rng.integers(0, len(SUPERSEDED_KINDS) - given, len(superseded))
    lacking = np.array([entry[4] for entry in SUPERSEDED_KINDS])[kind] if len(kind) else np.empty(0, bool)
    without_idempotency_id[superseded] = lacking
    return Noise(repeated, superseded, kind, without_idempotency_id, without_ids)
