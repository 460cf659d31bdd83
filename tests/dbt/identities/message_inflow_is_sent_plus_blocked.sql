-- Attempts are sends plus blocks, less the messages that are both; and the daily aggregate holds every message of
-- the fact once.
with aggregated as (
    select
        channel,
        sum(inflow) as inflow,
        sum(sent + blocked - sent_and_blocked) as sent_or_blocked,
        sum(opens) as opens,
        sum(clicks) as clicks
    from {{ ref("agg_channel_engagement_daily") }}
    group by channel
),

messages as (
    select
        channel,
        count(*) filter (where was_sent or was_blocked) as attempts,
        sum(opens) as opens,
        sum(clicks) as clicks
    from {{ ref("fct_channel_engagement") }}
    group by channel
)

select
    messages.channel,
    aggregated.inflow,
    aggregated.sent_or_blocked,
    messages.attempts
from aggregated
full outer join messages
    on aggregated.channel = messages.channel
where
    aggregated.inflow is distinct from aggregated.sent_or_blocked
    or aggregated.inflow is distinct from messages.attempts
    or aggregated.opens is distinct from messages.opens
    or aggregated.clicks is distinct from messages.clicks
