-- What is counted of delivered messages are delivered messages, and of sent ones sent ones: no rate that rests on them
-- is cut off at 1. Bounces, complaints and opt-outs may be known of messages whose send or delivery the export lacks.
select
    'agg_channel_engagement_daily' as found_in,
    channel_engagement_daily_key as row_key
from {{ ref("agg_channel_engagement_daily") }}
where
    greatest(unique_opens, unique_clicks) > delivered
    or greatest(engaged, responses) > sent
    or greatest(sent, blocked) > inflow
    or consent_blocked > blocked
    or greatest(hard_bounces, soft_bounces) > bounces
union all
select
    'agg_recipient_domains' as found_in,
    recipient_domain_key as row_key
from {{ ref("agg_recipient_domains") }}
where greatest(unique_opens, unique_clicks) > delivered
union all
select
    'agg_send_hours' as found_in,
    send_hour_key as row_key
from {{ ref("agg_send_hours") }}
where greatest(unique_opens, unique_clicks) > delivered or delivered > sent
union all
select
    'agg_message_variants' as found_in,
    message_variant_key as row_key
from {{ ref("agg_message_variants") }}
where greatest(unique_opens, unique_clicks) > delivered
union all
select
    'agg_link_clicks' as found_in,
    link_key as row_key
from {{ ref("agg_link_clicks") }}
where unique_clicks > least(delivered, clicks)
union all
select
    'agg_contact_pressure' as found_in,
    contact_pressure_key as row_key
from {{ ref("agg_contact_pressure") }}
where greatest(opened, clicked) > delivered or delivered > sent
