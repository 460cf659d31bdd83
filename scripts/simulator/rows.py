"""The rows of one moment while they are made: what they are about, and how a column of them is put together."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa

from . import draw
from .noise import Noise
from .people import CONTACT, LEAD
from .plan import Moment, Plan
from .schema import Entity
from .spellings import Registry
from .tenant import OUTBOUND

ODD_STYLE = 0.012  # share of rows whose ids are in upper case, in braces or between blanks
HALF_LOST = 0.008  # share of rows that name the contact or lead but not the profile


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

    def places(self, name: str) -> np.ndarray:
        """Return what the place of each row says of `name` (a person, a journey and so on), as an index."""
        return self.plan.places(name)[self.moment.place]

    person = cached_property(lambda self: self.places("person"))
    journey = cached_property(lambda self: self.places("journey"))
    message = cached_property(lambda self: self.places("message"))
    iteration = cached_property(lambda self: self.places("iteration"))
    engine = cached_property(lambda self: self.places("engine"))
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
        return self.places("known") & (self.person >= 0)

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
