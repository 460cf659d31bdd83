-- Attempts are sends plus blocks, less the messages that are both.
select channel_engagement_daily_key
from {{ ref("agg_channel_engagement_daily") }}
where inflow != sent + blocked - sent_and_blocked
