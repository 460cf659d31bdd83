select
    organization_id,
    channel,
    message_id,
    variant as message_variation_name,
    min(business_unit_id) as business_unit_id,
    count(*) filter (was_sent) as sent,
    count(*) filter (was_delivered) as delivered,
    count(distinct (profile_type, profile_id, journey_run_id)) filter (was_opened) as unique_opens,
    count(distinct (profile_type, profile_id, journey_run_id)) filter (was_clicked) as unique_clicks,
    count(*) filter (was_unsubscribed) as unsubscribes,
    count(*) filter (was_delivered) >= 100 as has_enough_data
from messages
where channel in ('email', 'custom') and variant is not null and (was_sent or was_delivered) and journey_id is not null
group by all
