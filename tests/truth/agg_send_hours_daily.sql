select
    cast(least(sent_at, blocked_at) as date) as attempt_date,
    organization_id,
    business_unit_id,
    channel,
    isodow(sent_at) as iso_day_of_week,
    hour(sent_at) as hour_of_day,
    count(*) as sent,
    count(*) filter (was_delivered) as delivered,
    count(*) filter (was_delivered and was_opened) as unique_opens,
    count(*) filter (was_delivered and was_clicked) as unique_clicks
from messages
where was_sent and journey_id is not null
group by all
