"""What all people of the simulation share: organizations, business units, journeys, steps, messages, segments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from . import draw
from .column_values import KNOWN_CLIENTS, SHORT_GUIDS

REAL_TIME, OUTBOUND = 0, 1
STEP_KINDS = ["email", "sms", "push", "custom", "voice", "wait", "condition", "record", "experiment"]
MESSAGE_KINDS = STEP_KINDS[:5]
LINKS_EACH = 4  # links of each message
EMAIL, SMS, PUSH, CUSTOM, VOICE, WAIT, CONDITION, RECORD, EXPERIMENT = range(9)
# Real-time journeys, as lists of step kinds; the first position of the second list of a pair is a branch.
JOURNEY_SHAPES = [
    [EMAIL, EXPERIMENT, WAIT, EMAIL, EMAIL],
    [EMAIL, EMAIL, SMS, EMAIL, WAIT, EMAIL],
    [EMAIL, EMAIL, PUSH, CUSTOM, EMAIL],
    [EMAIL, EXPERIMENT, EMAIL, RECORD, EMAIL],
    [EMAIL, VOICE, EMAIL, SMS, PUSH, EMAIL],
    [EMAIL, EMAIL],
    [EMAIL, CUSTOM, VOICE, EMAIL, EMAIL, PUSH],
    [EMAIL, CONDITION, EMAIL, EMAIL, SMS],
]
AUDIENCES = [0, 1, 0, 2, 0, 0, 1, 2]  # the person type of the journeys, in turn
# Outbound activities and the entity that says that one was done.
ACTIVITY_DONE = [
    "PassThroughActivityContactProcessed",
    "SchedulerActivityContactProcessed",
    "TriggerActivityContactProcessed",
    "SplitterActivityContactProcessed",
    "CreateCrmActivityContactProcessed",
    "CreateLeadActivityContactProcessed",
    "CreateCustomChannelActivityContactProcessed",
    "TriggerCrmWorkflowActivityContactProcessed",
]
MAIL_ACTIVITY, CUSTOM_ACTIVITY = 0, 6
ACTIVITY_SHAPES = [[0, 1, 0, 2, 4, 0], [0, 0, 3, 6, 7, 0], [0, 5, 0, 1, 0, 6], [0, 0, 2]]
LONGEST, LATEST_VERSION = 6, 12
VERSIONS = [str(number) for number in range(LATEST_VERSION + 1)]
WINDOW = (
    np.datetime64("2024-07-01T00:00:00", "s").astype(np.int64),
    np.datetime64("2025-11-30T00:00:00", "s").astype(np.int64),
)
MAIN_ORGANIZATION, SANDBOX = 0, 1


@dataclass(frozen=True)
class Tenant:
    """The shared world: ids are Arrow string arrays, the others hold one value per journey, step and so on.

    A value of -1 is "none" in every index array. Times are whole seconds since 1970, UTC.
    """

    organizations: pa.Array
    business_units: pa.Array
    accounts: pa.Array
    segments: pa.Array
    guid_lists: dict[str, pa.Array]

    journeys: pa.Array
    journey_engine: np.ndarray
    journey_organization: np.ndarray
    journey_unit: np.ndarray
    journey_audience: np.ndarray
    journey_version: np.ndarray  # the version since journey_changed_at; before that it was one less
    journey_changed_at: np.ndarray
    journey_enters_early: np.ndarray  # whether what is logged before a run names none
    journey_segment: np.ndarray
    journey_logs_steps: np.ndarray
    journey_start: np.ndarray
    journey_length: np.ndarray
    journey_steps: np.ndarray  # journey, position, branch -> step

    steps: pa.Array
    step_kind: np.ndarray  # a STEP_KINDS code in real-time journeys, an ACTIVITY_DONE code in outbound ones
    step_message: np.ndarray

    messages: pa.Array
    message_version: np.ndarray
    message_journey: np.ndarray
    message_variants: np.ndarray

    iterations: pa.Array
    iteration_journey: np.ndarray
    iteration_start: np.ndarray
    sendings: pa.Array
    links: pa.Array  # the ids of the links, LINKS_EACH of each message

    @property
    def default_unit(self) -> np.ndarray:
        """Return the business unit of each organization for rows without a journey."""
        return np.array([0, len(self.business_units) - 1], dtype=np.int32)


def _shapes(rng: np.random.Generator, count: int) -> list[list[int]]:
    """Return the step kinds of `count` real-time journeys: the known shapes in turn, later ones shuffled."""
    shapes = []
    for number in range(count):
        shape = JOURNEY_SHAPES[number % len(JOURNEY_SHAPES)]
        if number >= len(JOURNEY_SHAPES):
            shape = [shape[0], *rng.permutation(shape[1:]).tolist()]
        shapes.append(shape)
    return shapes


def build(seed: int, rows: int) -> Tenant:
    """Draw the tenant for an export of `rows` rows. It depends on the two arguments only."""
    rng = draw.generator(seed, 1_000_003)
    real_time = int(np.clip(rows // 4000, 16, 240))
    outbound = int(np.clip(rows // 8000, 6, 60))
    count = real_time + outbound
    engine = np.repeat([REAL_TIME, OUTBOUND], [real_time, outbound]).astype(np.int8)
    organization = np.zeros(count, dtype=np.int32)
    organization[8:12] = SANDBOX  # audiences 0, 1, 0, 2
    organization[count - 1] = SANDBOX
    units = 5
    unit = rng.integers(0, units - 1, count).astype(np.int32)
    unit[organization == SANDBOX] = units - 1

    shapes = _shapes(rng, real_time) + [ACTIVITY_SHAPES[number % len(ACTIVITY_SHAPES)] for number in range(outbound)]
    journey_steps = np.full((count, LONGEST, 2), -1, dtype=np.int32)
    step_kind: list[int] = []
    step_message: list[int] = []
    message_journey: list[int] = []
    for journey, shape in enumerate(shapes):
        branch = 1 if engine[journey] == REAL_TIME and len(shape) > 3 else None  # the second step has two versions
        for position, kind in enumerate(shape):
            for alternative in range(2 if position == branch else 1):
                journey_steps[journey, position, alternative] = len(step_kind)
                step_kind.append(kind)
                sends = kind <= VOICE if engine[journey] == REAL_TIME else kind == MAIL_ACTIVITY
                step_message.append(len(message_journey) if sends else -1)
                if sends:
                    message_journey.append(journey)
            if position != branch:
                journey_steps[journey, position, 1] = journey_steps[journey, position, 0]

    spread = WINDOW[1] - WINDOW[0]
    start = WINDOW[0] + (rng.random(count) * 0.6 * spread).astype(np.int64)
    iterations_each = 4
    iteration_journey = np.repeat(np.arange(real_time, count), iterations_each).astype(np.int32)
    iteration_start = start[iteration_journey] + np.tile(np.arange(iterations_each), outbound) * 30 * 86400
    segment = np.where(rng.random(count) < 0.75, rng.integers(0, 14, count), -1).astype(np.int32)
    segment[::4] = np.arange(len(segment[::4])) % 14
    return Tenant(
        organizations=draw.guids(rng, 2),
        business_units=draw.guids(rng, units),
        accounts=draw.guids(rng, 60),
        segments=draw.guids(rng, 14),
        guid_lists={name: _guid_list(rng, name, size) for name, size in SHORT_GUIDS.items()},
        journeys=draw.guids(rng, count),
        journey_engine=engine,
        journey_organization=organization,
        journey_unit=unit,
        journey_audience=np.array([AUDIENCES[number % len(AUDIENCES)] for number in range(count)], dtype=np.int8),
        journey_version=LATEST_VERSION - np.arange(count) % (LATEST_VERSION - 1),
        journey_changed_at=start + (rng.random(count) * 0.7 * (WINDOW[1] - start)).astype(np.int64),
        journey_enters_early=np.arange(count) % 3 == 1,
        journey_segment=segment,
        journey_logs_steps=np.arange(count) % 5 != 2,
        journey_start=start,
        journey_length=np.array([len(shape) for shape in shapes], dtype=np.int64),
        journey_steps=journey_steps,
        steps=draw.guids(rng, len(step_kind)),
        step_kind=np.array(step_kind, dtype=np.int8),
        step_message=np.array(step_message, dtype=np.int32),
        messages=draw.guids(rng, len(message_journey)),
        message_version=rng.integers(1, 9, len(message_journey)),
        message_journey=np.array(message_journey, dtype=np.int32),
        message_variants=rng.choice([1, 2, 2, 3], len(message_journey)),
        iterations=draw.guids(rng, len(iteration_journey)),
        iteration_journey=iteration_journey,
        iteration_start=iteration_start,
        sendings=draw.guids(rng, len(iteration_journey)),
        links=draw.guids(rng, len(message_journey) * LINKS_EACH),
    )


def _guid_list(rng: np.random.Generator, name: str, size: int) -> pa.Array:
    """Return the ids that a column takes its values from."""
    drawn, known = draw.guids(rng, size), KNOWN_CLIENTS.get(name, [])
    return pa.concat_arrays([pa.array(known, drawn.type), drawn.slice(len(known))])
