"""The plan of a chunk: where things happen (places), what happens when (moments), and the truth about it.

A place is a person at one point of one journey; a moment is one or more future rows of an entity. The modules that
decide write both the moments and the truth, so the truth never comes from counting rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from .people import People
from .tenant import OUTBOUND, REAL_TIME, Tenant

NEVER = -1  # the time of something that did not happen
PLACE_FIELDS = ("person", "journey", "run", "iteration", "step", "parent", "message", "variant", "attempt")


def earliest(*times: np.ndarray) -> np.ndarray:
    """Return the earliest of `times` (whole seconds) that happened, element by element; NEVER where none did."""
    stacked = np.stack(times)
    found = np.where(stacked == NEVER, np.iinfo(np.int64).max, stacked).min(axis=0)
    return np.where(found == np.iinfo(np.int64).max, NEVER, found)


def timestamps(at: np.ndarray) -> pa.Array:
    """Return whole seconds since 1970 as UTC timestamps."""
    return pa.array(at * 1_000_000).cast(pa.timestamp("us", tz="UTC"))


@dataclass
class Coded:
    """A column of few different values: `codes` are indexes into `values`; -1 is null."""

    values: list
    codes: np.ndarray

    def array(self) -> pa.Array:
        """Return the column as an Arrow dictionary array."""
        codes = np.asarray(self.codes, dtype=np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(self.values))


def pick(options: list[tuple], column: int, drawn: np.ndarray) -> Coded:
    """Return one column of the `drawn` options; an option without a value (None) gives null."""
    values = [option[column] for option in options]
    present = [value for value in values if value is not None]
    code = np.array([present.index(value) if value is not None else -1 for value in values], dtype=np.int32)
    return Coded(present or [""], code[drawn])


@dataclass
class Moment:
    """Rows of one entity: the `place` and the time `at` of each, and the columns that were decided (`values`)."""

    entity: str
    place: np.ndarray
    at: np.ndarray
    values: dict[str, Coded | np.ndarray | pa.Array]

    def __len__(self) -> int:
        """Return the number of rows before repeats."""
        return len(self.place)


@dataclass
class Plan:
    """All decisions about one chunk. `floor` is the least number of rows that a rare outcome should get.

    `is_first` is true in one chunk only: events that name nobody are not told apart by chunks.
    """

    rng: np.random.Generator
    tenant: Tenant
    people: People
    floor: int
    is_first: bool = True
    run_ids: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))
    moments: list[Moment] = field(default_factory=list)
    truth: dict[str, list[dict]] = field(default_factory=dict)
    pools: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    conversions: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None  # their places, times and definitions
    _places: dict[str, list[np.ndarray]] = field(
        default_factory=lambda: {name: [] for name in (*PLACE_FIELDS, "engine", "known")}
    )
    _count: int = 0

    def add_places(
        self, person: np.ndarray, *, engine: int | np.ndarray, known: np.ndarray | None = None, **fields: np.ndarray
    ) -> np.ndarray:
        """Add one place per element of `person` and return their numbers. Fields left out are "none" (-1).

        `known` is false where the rows do not say who the person is.
        """
        count = len(person)
        for name in PLACE_FIELDS:
            given = person if name == "person" else fields.get(name)
            self._places[name].append(
                np.full(count, -1, np.int32) if given is None else np.asarray(given, dtype=np.int32)
            )
        self._places["engine"].append(np.full(count, engine, np.int8))
        self._places["known"].append(np.ones(count, bool) if known is None else np.asarray(known, dtype=bool))
        self._count += count
        return np.arange(self._count - count, self._count)

    def with_message(self, place: np.ndarray) -> np.ndarray:
        """Return copies of `place` that name the first message of their journey, for steps that send none."""
        fields = {name: self.places(name)[place] for name in ("journey", "run", "step", "parent", "variant")}
        first = self.tenant.journey_steps[fields["journey"], 0, 0]
        known, person = self.places("known")[place], self.places("person")[place]
        return self.add_places(person, engine=REAL_TIME, known=known, message=self.tenant.step_message[first], **fields)

    def without_run(self, place: np.ndarray) -> np.ndarray:
        """Return copies of `place` that name no run, for what is logged before there is one."""
        fields = {name: self.places(name)[place] for name in ("journey", "step", "parent", "message", "variant")}
        person, known = self.places("person")[place], self.places("known")[place]
        return self.add_places(person, engine=REAL_TIME, known=known, **fields)

    def places(self, name: str) -> np.ndarray:
        """Return one field of all places, in the order of their numbers."""
        if len(self._places[name]) > 1:
            self._places[name] = [np.concatenate(self._places[name])]
        return self._places[name][0]

    def emit(self, entity: str, place: np.ndarray, at: np.ndarray, **values) -> None:
        """Plan one row of `entity` per place, at the times `at` (whole seconds, UTC), with the columns decided."""
        if len(place):
            values = {name: value for name, value in values.items() if value is not None}
            self.moments.append(Moment(entity, np.asarray(place), np.asarray(at, dtype=np.int64), values))

    def groups(self, place: np.ndarray) -> np.ndarray:
        """Return a number per place that says what kind of person is there: contact or lead, with an account or not."""
        person = self.places("person")[place]
        return self.people.kind[person] * 2 + (self.people.account[person] >= 0)

    def offer(self, pool: str, place: np.ndarray, at: np.ndarray) -> None:
        """Add places, with the time from which something can follow, to a pool that later modules take from."""
        if pool in self.pools:
            place, at = (np.concatenate(pair) for pair in zip(self.pools[pool], (place, at), strict=True))
        self.pools[pool] = (place, at)

    def take(
        self, pools: str | tuple[str, ...], share: float, floor: int | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Take places from one or more `pools`: a `share` of each, and at least `floor` in all while there are so many.

        Returns the places and their times. Contacts, leads and CI profiles are all among them where they can be.
        """
        names = (pools,) if isinstance(pools, str) else pools
        floor = self.floor if floor is None else floor
        taken_places, taken_times = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for name in names:
            place, at = self.pools.get(name, (np.empty(0, np.int64), np.empty(0, np.int64)))
            count = min(len(place), max(round(len(place) * share), -(-floor // len(names))))
            chosen = (
                self.rng.choice(len(place), count, replace=False, shuffle=False) if count else np.empty(0, np.int64)
            )
            if count and count <= 64:  # few rows: see to it that contacts and leads are both there
                chosen = self._with_each_kind(place, chosen)
            taken_places.append(place[chosen])
            taken_times.append(at[chosen])
        return np.concatenate(taken_places), np.concatenate(taken_times)

    def _with_each_kind(self, place: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        """Replace some of the `chosen` positions in `place` so that each kind of person in the pool takes part."""
        kind = self.people.kind[self.places("person")[place]]
        used = set(chosen.tolist())
        for number, code in enumerate(np.unique(kind)):
            if number < len(chosen) and not (kind[chosen] == code).any():
                spare = [position for position in np.flatnonzero(kind == code).tolist() if position not in used]
                if spare:
                    chosen[number] = spare[int(self.rng.integers(len(spare)))]
        return chosen

    def record(self, table: str, **columns) -> None:
        """Write down the truth about one or more rows of `table`, one of `truth.COLUMNS`."""
        self.truth.setdefault(table, []).append(columns)

    def keys(self, place: np.ndarray) -> dict[str, np.ndarray]:
        """Return the indexes that make the normalised key columns of these places; `truth` turns them into text."""
        fields = {name: self.places(name)[place] for name in PLACE_FIELDS}
        return fields | {
            "engine": self.places("engine")[place], "known": self.places("known")[place], "place": np.asarray(place),
        }  # fmt: skip

    def begun_at(self) -> np.ndarray:
        """Return for each place when the first row of its person's run or iteration, or without one of the person, is.

        NEVER where there is no row.
        """
        run, iteration = self.places("run"), self.places("iteration")
        story = np.where(run >= 0, run, np.where(iteration >= 0, iteration + len(self.run_ids), -1)).astype(np.int64)
        story = (self.places("person").astype(np.int64) << 32) + story
        _, number = np.unique(story, return_inverse=True)
        first = np.full(number.max(initial=-1) + 1, np.iinfo(np.int64).max)
        for moment in self.moments:
            np.minimum.at(first, number[moment.place], moment.at)
        return np.where(first == np.iinfo(np.int64).max, NEVER, first)[number]


ENGINES = {REAL_TIME: "real_time", OUTBOUND: "outbound"}
