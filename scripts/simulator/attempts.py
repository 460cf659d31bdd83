"""Attempts to send a message: what the steps of journeys hand over to the channels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .plan import Plan

PAIR = ("person", "message")  # what finds an attempt without a run


@dataclass
class Attempts:
    """Messages that a step tried to send: the `place`, the time `at`, and whether it is `stopped` before the send."""

    place: np.ndarray
    at: np.ndarray
    stopped: np.ndarray


def pairs(plan: Plan, person: np.ndarray, message: np.ndarray) -> np.ndarray:
    """Return a number for each pair of a person and a message."""
    return person.astype(np.int64) * len(plan.tenant.messages) + message


def next_at(plan: Plan, tries: Attempts) -> np.ndarray:
    """Return for each attempt when the next one of its message to its person begins, else a time after all others."""
    pair = pairs(plan, *(plan.places(name)[tries.place] for name in PAIR))
    order = np.lexsort((tries.at, pair))
    found = np.full(len(order), np.iinfo(np.int64).max)
    followed = np.flatnonzero(pair[order][1:] == pair[order][:-1])
    found[order[followed]] = tries.at[order[followed + 1]]
    return found
