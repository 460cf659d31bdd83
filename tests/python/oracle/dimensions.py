"""The natural keys of the dimensions: whatever any interaction mentions, people as they are today."""

from .tools import Row, group

KEYS = {
    "dim_profiles": ("organization_id", "profile_type", "profile_id"),
    "dim_journeys": ("organization_id", "journey_id"),
    "dim_journey_steps": ("organization_id", "journey_id", "journey_step_id"),
    "dim_messages": ("organization_id", "message_id"),
}


def dimensions(events: list[Row]) -> dict[str, list[Row]]:
    """Return the distinct keys of each dimension. The last column of a key is never null; the others may be."""
    today = [event | {"profile_id": event["surviving_profile_id"]} for event in events]
    return {
        name: [dict(zip(key, values, strict=True)) for values in group(today, key) if values[-1] is not None]
        for name, key in KEYS.items()
    }
