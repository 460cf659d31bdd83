with counted as (
    select
        cast(least(sent_at, blocked_at) as date) as attempt_date,
        channel,
        journey_engine,
        organization_id,
        business_unit_id,
        journey_id,
        message_id,
        count(*) filter (was_sent or was_blocked) as inflow,
        count(*) filter (was_sent) as sent,
        count(*) filter (was_delivered) as delivered,
        count(*) filter (was_delivered and opens > 0) as unique_opens,
        sum(opens) as opens,
        count(*) filter (was_delivered and clicks > 0) as unique_clicks,
        sum(clicks) as clicks,
        sum(bot_clicks) as bot_clicks,
        count(*) filter (was_sent and was_delivered and opens + clicks > 0) as engaged,
        count(*) filter (was_sent and replies > 0) as responses,
        count(*) filter (bounce_type = 'hard') as hard_bounces,
        count(*) filter (bounce_type = 'soft') as soft_bounces,
        count(*) filter (was_bounced) as bounces,
        count(*) filter (was_blocked) as blocked,
        count(*) filter (was_consent_blocked) as consent_blocked,
        count(*) filter (was_unsubscribed) as unsubscribes,
        count(*) filter (was_spam_reported) as spam_reports
    from messages
    group by all
)

-- Which channels have a rate is said channel by channel, in the order of the product's own pages.
select
    *,
    sent / nullif(inflow, 0) as send_rate,
    blocked / nullif(inflow, 0) as blocked_rate,
    if(channel != 'push', least(delivered, sent) / nullif(sent, 0), null) as delivery_rate,
    if(channel in ('email', 'push'), unique_opens / nullif(delivered, 0), null) as open_rate,
    if(channel != 'voice', unique_clicks / nullif(delivered, 0), null) as click_rate,
    if(channel in ('email', 'push'), least(unique_clicks, unique_opens) / nullif(unique_opens, 0), null)
        as click_to_open_rate,
    if(channel in ('email', 'push', 'sms'), engaged / nullif(sent, 0), null) as engagement_rate,
    if(channel = 'sms', responses / nullif(sent, 0), null) as response_rate,
    if(channel in ('email', 'sms'), least(bounces, sent) / nullif(sent, 0), null) as bounce_rate,
    if(channel = 'email', least(hard_bounces, sent) / nullif(sent, 0), null) as hard_bounce_rate,
    if(channel = 'email', least(soft_bounces, sent) / nullif(sent, 0), null) as soft_bounce_rate,
    if(channel = 'email', least(spam_reports, delivered) / nullif(delivered, 0), null) as spam_rate,
    if(channel = 'email', least(unsubscribes, delivered) / nullif(delivered, 0), null) as unsubscribe_rate
from counted
