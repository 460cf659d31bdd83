"""Asks a file of marts what the dashboard asks, with filters as people choose them."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from cij.reporting.queries import query
from cij.reporting.reader import Reader

QUERIES = (
    "message_totals", "messages_by_time", "messages_by_journey", "links", "recipient_domains", "journey_funnel",
    "journey_routes", "consent_blocks_by_reason", "people_monthly", "person_timeline",
)  # fmt: skip
TIMES = 20
# What filters may be set to: the journeys, the people and the days that there are.
JOURNEYS = "select journey_key, journey_id from marts.dim_journeys order by all"
PEOPLE = "select profile_key from marts.dim_profiles using sample reservoir(500 rows) repeatable (1)"
LAST_DAY = "select max(attempt_date) from marts.agg_channel_engagement_daily"


def answer_times(file: Path) -> dict[str, dict[str, float]]:
    """Return median_ms and p95_ms of each query, by name. Argument: file (of marts)."""
    found = {}
    with Reader(file) as reader:
        journeys, people = reader.select(JOURNEYS)[1], sorted(reader.select(PEOPLE)[1])
        ((last_day,),) = reader.select(LAST_DAY)[1]
        for name in QUERIES:
            asked = query(name)
            times = []
            for values in filters(journeys, people, last_day):
                started = time.monotonic()
                reader.run(asked, values)
                times.append(1000 * (time.monotonic() - started))
            # The first question reads from disk what the others find in memory.
            percentiles = statistics.quantiles(times[1:], n=20, method="inclusive")
            found[name] = {"median_ms": round(statistics.median(times[1:]), 1), "p95_ms": round(percentiles[-1], 1)}
    return found


def filters(journeys: list[tuple], people: list[tuple], last_day) -> Iterator[dict]:
    """Yield values of all parameters of the queries, the same for each query and each run.

    Arguments: journeys (key and id), people (key), last_day (a date).
    """
    choice = random.Random(1)
    for number in range(TIMES + 1):
        journey_key, journey_id = choice.choice(journeys)
        to_date = last_day - timedelta(days=choice.randrange(180))
        yield {
            "from_date": to_date - timedelta(days=choice.choice((7, 30, 90, 365))),
            "to_date": to_date,
            "organizations": None,
            "units": None,
            "engines": choice.choice((None, None, ["real_time"])),
            "channels": choice.choice((None, None, ["email"])),
            # Every third looks at one journey.
            "journeys": [journey_id] if number % 3 == 0 else None,
            "journey_key": journey_key,
            "journey_version": None,
            "person": choice.choice(people)[0],
            "step": choice.choice(("day", "week", "month")),
        }
