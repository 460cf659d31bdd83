"""Random draws, all vectorised: ids, quotas and choices. Every function takes its random generator."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

_HEX_PAIRS = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype=np.uint16)
_GUID_TEXT = np.array([i for i in range(36) if i not in (8, 13, 18, 23)])


def generator(*words: int) -> np.random.Generator:
    """Return a generator that depends on `words` (seed, chunk, purpose) and on nothing else."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(words)))


def _strings(characters: np.ndarray) -> pa.Array:
    """Turn an array of ASCII codes, one row per string of equal length, into an Arrow string array."""
    count, width = characters.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters)))


def hex_ids(rng: np.random.Generator, count: int) -> pa.Array:
    """Return `count` random ids of 32 hexadecimal digits."""
    pairs = _HEX_PAIRS[rng.integers(0, 256, (count, 16), dtype=np.uint8)]
    return _strings(pairs.view(np.uint8).reshape(count, 32))


def guids(rng: np.random.Generator, count: int) -> pa.Array:
    """Return `count` random guids in lower case, 36 characters each."""
    pairs = _HEX_PAIRS[rng.integers(0, 256, (count, 16), dtype=np.uint8)]
    text = np.full((count, 36), ord("-"), dtype=np.uint8)
    digits = pairs.view(np.uint8).reshape(count, 32)
    for start, end, source in ((0, 8, 0), (9, 13, 8), (14, 18, 12), (19, 23, 16), (24, 36, 20)):
        text[:, start:end] = digits[:, source : source + end - start]
    return _strings(text)


def choice(rng: np.random.Generator, weights, count: int) -> np.ndarray:
    """Draw `count` codes 0, 1, ... with probabilities in proportion to `weights`."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(edges, rng.random(count) * edges[-1], side="right").astype(np.int16)


def quota(rng: np.random.Generator, weights, count: int, floor: int, groups: np.ndarray | None = None) -> np.ndarray:
    """Draw `count` codes like `choice`, but give every possible code `floor` places where there is room.

    The floor falls to what fits into four fifths of the places, and to at least one per code while the places last.
    With `groups` (one number per place) the places that a code is given are spread over the groups.
    """
    weights = np.asarray(weights, dtype=float)
    codes = np.flatnonzero(weights > 0)
    floor = min(floor, max(min(1, floor), count * 4 // (5 * len(codes))))
    fixed = np.tile(codes, floor)[:count].astype(np.int16)
    drawn = choice(rng, weights, count)
    given = rng.permutation(count)[: len(fixed)]
    if groups is not None:
        given = given[np.argsort(groups[given], kind="stable")]
    drawn[given] = fixed
    return drawn


def chance(rng: np.random.Generator, count: int, share: float) -> np.ndarray:
    """Return `count` booleans that are true with probability `share`."""
    return rng.random(count, dtype=np.float32) < share


def some(rng: np.random.Generator, count: int, share: float, floor: int) -> np.ndarray:
    """Return `count` booleans, about `share` of them true and at least `floor` while that leaves half of them false."""
    flags = chance(rng, count, share)
    missing = min(floor, count // 2) - int(flags.sum())
    if missing > 0:
        flags[rng.permutation(np.flatnonzero(~flags))[:missing]] = True
    return flags


def some_of(rng: np.random.Generator, flags: np.ndarray, share: float, floor: int) -> np.ndarray:
    """Return booleans like `some`, but drawn only where `flags` are true."""
    drawn = np.zeros(len(flags), dtype=bool)
    drawn[flags] = some(rng, int(flags.sum()), share, floor)
    return drawn


def seconds(rng: np.random.Generator, count: int, low: int, high: int) -> np.ndarray:
    """Return `count` whole durations in seconds, low <= duration < high."""
    return rng.integers(low, high, count, dtype=np.int64)


def late(rng: np.random.Generator, count: int, median: float, longest: int) -> np.ndarray:
    """Return `count` long-tailed durations in seconds: half are below `median`, none above `longest`, none below 1."""
    drawn = median * np.exp(1.4 * rng.standard_normal(count, dtype=np.float32))
    return np.clip(drawn, 1, longest).astype(np.int64)


def turns(values: np.ndarray) -> np.ndarray:
    """Return for each value how often it stood in `values` before: 0, 1, 2, ..."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(values) else np.empty(0, np.int64)
    found = np.empty(len(values), dtype=np.int64)
    found[order] = np.arange(len(values)) - np.repeat(starts, np.diff(np.append(starts, len(values))))
    return found
