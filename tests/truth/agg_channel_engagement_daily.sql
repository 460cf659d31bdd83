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
    count(distinct (organization_id, profile_type, profile_id, journey_run_id)) filter (was_opened)
        as unique_opens,
    sum(opens) as opens,
    count(distinct (organization_id, profile_type, profile_id, journey_run_id)) filter (was_clicked)
        as unique_clicks,
    sum(clicks) as clicks,
    sum(bot_clicks) as bot_clicks,
    count(*) filter (bounce_type = 'hard') as hard_bounces,
    count(*) filter (bounce_type = 'soft') as soft_bounces,
    count(*) filter (was_blocked) as blocked,
    count(*) filter (was_consent_blocked) as consent_blocked,
    count(*) filter (was_unsubscribed) as unsubscribes,
    count(*) filter (was_spam_reported) as spam_reports
from messages
group by all
