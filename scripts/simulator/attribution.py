"""Which messages a conversion is owed to: those delivered to the same person in the days before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .plan import NEVER, Coded, Plan
from .tenant import MESSAGE_KINDS

WINDOW_SECONDS = 30 * 86400  # as the project's attribution_window_days
KEYS = ("engine", "journey", "run", "iteration", "step", "message")


@dataclass
class Touches:
    """One element per conversion and touch, and one for each conversion without a touch.

    `conversion` is the conversion's number, `number` counts its touches from 1 in order of time; NEVER where none.
    `keys` holds where in their journeys the touching messages are, as `Plan.keys` does, and their `touched_place`.
    """

    conversion: np.ndarray
    count: np.ndarray
    number: np.ndarray
    channel: Coded
    at: np.ndarray
    keys: dict[str, np.ndarray]


def touches(plan: Plan, place: np.ndarray, at: np.ndarray) -> Touches:
    """Return the touches of conversions at these places and times, from the plan's messages. Test sends are none."""
    records = plan.truth["messages"]
    arrived = [
        (record["delivered_at"] != NEVER) & record["known"] & (record["journey"] >= 0)  # a test belongs to no journey
        for record in records
    ]
    fields = {
        name: np.concatenate([record[name][keep] for record, keep in zip(records, arrived, strict=True)])
        for name in ("person", "place", "delivered_at", *KEYS)
    }
    channel = np.concatenate([record["channel"].codes[keep] for record, keep in zip(records, arrived, strict=True)])

    width = np.int64(1) << 34  # more than any time in seconds
    key = fields["person"].astype(np.int64) * width + fields["delivered_at"]
    order = np.argsort(key, kind="stable")
    key = key[order]
    end = plan.places("person")[place].astype(np.int64) * width + at
    first = np.searchsorted(key, end - WINDOW_SECONDS, side="left")
    count = np.searchsorted(key, end, side="right") - first
    count = np.where(plan.places("known")[place], count, 0)

    rows = np.maximum(count, 1)
    conversion = np.repeat(np.arange(len(place)), rows)
    position = np.arange(len(conversion)) - np.repeat(np.cumsum(rows) - rows, rows)
    touched = count[conversion] > 0
    message = order[np.where(touched, first[conversion] + position, 0)] if len(order) else np.zeros_like(position)

    def of_message(values: np.ndarray) -> np.ndarray:
        return np.where(touched, values[message], -1) if len(order) else np.full(len(message), -1)

    return Touches(
        conversion=conversion,
        count=count[conversion],
        number=np.where(touched, position + 1, NEVER),
        channel=Coded(MESSAGE_KINDS, of_message(channel)),
        at=of_message(fields["delivered_at"]),
        keys={name: of_message(fields[name]) for name in KEYS} | {"touched_place": of_message(fields["place"])},
    )
