"""Who is whom: people that were two or three records once, and leads that became contacts.

A person's events, and the truth about them, carry the id that was theirs at the time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from . import draw
from .dataverse import DAY, PEOPLE_WORDS
from .people import CONTACT, LEAD, People
from .plan import Plan
from .tenant import WINDOW


@dataclass(frozen=True)
class Merges:
    """The ids that some people had before records of theirs were merged: the first until one time, the second after it.

    Index arrays hold one value per person: the place in `ids`, or -1.
    """

    ids: pa.Array
    first: np.ndarray
    first_until: np.ndarray
    second: np.ndarray
    second_until: np.ndarray

    def written(self, person: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Return the index of the id that each event names; those of `ids` follow the people's own."""
        count, index = len(self.first), np.maximum(person, 0)
        found = person
        for alias, until in ((self.second, self.second_until), (self.first, self.first_until)):
            found = np.where((person >= 0) & (alias[index] >= 0) & (at < until[index]), alias[index] + count, found)
        return found


@dataclass(frozen=True)
class Leads:
    """Which leads became which contact, and which are only connected to one: index arrays over people, -1 is none.

    A contact that `is_named_by_contact` says it itself, where the lead doesn't.
    """

    became: np.ndarray
    connected: np.ndarray
    is_named_by_contact: np.ndarray

    def human(self) -> np.ndarray:
        """Return for each person who the same human being is at last."""
        return np.where(self.became >= 0, self.became, np.arange(len(self.became)))


@dataclass(frozen=True)
class Recipients:
    """Whom rows name: `of_place` holds, for each place of a plan, the index in `ids` of the record it is addressed to.

    All that happens in one run of a person names the record that the person was when it began.
    """

    ids: pa.Array
    of_place: np.ndarray

    @classmethod
    def of(cls, plan: Plan, merged: Merges | None) -> Recipients:
        """Return those of a plan of whose people some may have been `merged`."""
        person = plan.places("person")
        if merged is None:
            return cls(plan.people.ids, person)
        return cls(pa.concat_arrays([plan.people.ids, merged.ids]), merged.written(person, plan.begun_at()))


def merges(seed: int, chunk: int, people: People) -> Merges:
    """Draw which people of a chunk were two or three records once. Most of them are contacts, none are CI profiles."""
    rng = draw.generator(seed, chunk, PEOPLE_WORDS)
    count = len(people)
    was_merged = draw.chance(rng, count, 0.08) & ((people.kind == CONTACT) | (people.kind == LEAD))
    was_chain = draw.some_of(rng, was_merged, 0.3, 1)
    first, second = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    first[was_merged] = np.arange(was_merged.sum())
    second[was_chain] = np.arange(was_chain.sum()) + was_merged.sum()
    first_until = rng.integers(WINDOW[0] + 100 * DAY, WINDOW[1], count)
    second_until = first_until + rng.integers(DAY, 120 * DAY, count)
    return Merges(draw.guids(rng, int(was_merged.sum() + was_chain.sum())), first, first_until, second, second_until)


def qualified_leads(seed: int, chunk: int, people: People) -> Leads:
    """Draw which leads of a chunk became a contact of it; some contacts were several leads, but they never say so."""
    rng, count = draw.generator(seed, chunk, PEOPLE_WORDS, 2), len(people)
    chosen = np.full(count, -1, np.int64)
    for organization in (0, 1):
        contacts = np.flatnonzero((people.kind == CONTACT) & (people.organization == organization))
        leads = np.flatnonzero((people.kind == LEAD) & (people.organization == organization))
        if len(contacts):
            chosen[leads] = rng.choice(contacts, len(leads))
    became = np.where(draw.chance(rng, count, 0.3), chosen, -1)
    connected = np.where((became < 0) & draw.chance(rng, count, 0.2), chosen, -1)
    _, inverse, times = np.unique(became, return_inverse=True, return_counts=True)
    alone = (times[inverse] == 1) & (became >= 0)
    return Leads(became, connected, draw.some_of(rng, alone, 0.3, 1))
