select
    organization_id,
    business_unit_id,
    channel,
    isodow(sent_at) as iso_day_of_week,
    hour(sent_at) as hour_of_day,
    count(*) as sent,
    count(*) filter (was_delivered) as delivered,
    count(*) filter (was_delivered and was_opened) as unique_opens,
    count(*) filter (was_delivered and was_clicked) as unique_clicks,
    median(epoch(first_opened_at) - epoch(sent_at)) filter (was_delivered) as median_seconds_to_open
from messages
where was_sent and journey_id is not null
group by all
