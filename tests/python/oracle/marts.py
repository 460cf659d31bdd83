"""All marts from raw rows."""

from .aggregates import agg_channel_engagement_daily, agg_consent_blocks_daily, agg_journey_steps_daily
from .attempts import message_events
from .blocks import ReasonTable, fct_consent_blocks, fct_message_blocks
from .dimensions import dimensions
from .engagement import fct_channel_engagement
from .interactions import fct_interactions, interactions
from .journeys import fct_journey_runs, fct_journey_steps
from .people import Person, with_survivors
from .staging import stage_all
from .tools import Row


def expected(
    raw: dict[str, list[Row]], reference: ReasonTable | None = None, merges: dict[Person, str] | None = None
) -> dict[str, list[Row]]:
    """Return what each mart should hold, given raw rows by entity.

    `reference` holds what the reference table says about exact block reasons (`read_reasons`); without it the patterns
    decide alone. `merges` says who survives for each merged person (`read_merges`). `rejected` counts the values that
    can't be read, before duplicates are taken out.
    """
    reference = reference or {}
    staged, rejected = stage_all(raw)
    merges = merges or {}
    events = interactions(staged)
    of_messages = message_events(events)
    steps = with_survivors(fct_journey_steps(events), merges)
    runs = with_survivors(fct_journey_runs(events, steps), merges)
    messages = with_survivors(fct_channel_engagement(of_messages, reference), merges)
    message_blocks = with_survivors(fct_message_blocks(of_messages, reference), merges)
    consent_blocks = fct_consent_blocks(message_blocks)
    return {
        "fct_interactions": with_survivors(fct_interactions(events), merges),
        "fct_journey_steps": steps,
        "fct_journey_runs": runs,
        "fct_channel_engagement": messages,
        "fct_message_blocks": message_blocks,
        "fct_consent_blocks": consent_blocks,
        "agg_journey_steps_daily": agg_journey_steps_daily(steps),
        "agg_channel_engagement_daily": agg_channel_engagement_daily(messages),
        "agg_consent_blocks_daily": agg_consent_blocks_daily(consent_blocks),
        **dimensions(with_survivors(events, merges)),
        "rejected": rejected,
    }
