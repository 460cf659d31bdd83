select
    cast(least(sent_at, blocked_at) as date) as attempt_date,
    organization_id,
    channel,
    message_id,
    variant as message_variation_name,
    min(business_unit_id) as business_unit_id,
    count(*) filter (was_sent) as sent,
    count(*) filter (was_delivered) as delivered,
    count(*) filter (was_delivered and was_opened) as unique_opens,
    count(*) filter (was_delivered and was_clicked) as unique_clicks,
    count(*) filter (was_unsubscribed) as unsubscribes
from messages
where channel in ('email', 'custom') and variant is not null and (was_sent or was_delivered) and journey_id is not null
group by all
