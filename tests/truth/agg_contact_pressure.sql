-- By pairs of messages, where the mart counts in a moving window. Test sends are the messages without a journey.
with sends as (
    select * from messages
    where was_sent and journey_id is not null and profile_key is not null
),

pressed as (
    select
        days.window_days,
        one.*,
        count(*) as pressure
    from sends as one
    inner join sends as other using (profile_key)
    cross join (values (7), (30)) as days (window_days)
    where other.sent_at <= one.sent_at and epoch(one.sent_at) - epoch(other.sent_at) < days.window_days * 86400
    group by all
)

select
    window_days,
    organization_id,
    business_unit_id,
    channel,
    if(pressure > 9, '10+', if(pressure > 5, '6-9', pressure::varchar)) as pressure_band,
    count(*) as sent,
    count(*) filter (was_delivered) as delivered,
    count(*) filter (was_delivered and was_opened) as opened,
    count(*) filter (was_delivered and was_clicked) as clicked,
    count(*) filter (was_unsubscribed) as unsubscribes,
    count(*) filter (was_spam_reported) as spam_reports
from pressed
group by all
