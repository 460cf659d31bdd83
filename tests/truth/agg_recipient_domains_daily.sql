select
    cast(least(sent_at, blocked_at) as date) as attempt_date,
    recipient_domain,
    organization_id,
    business_unit_id,
    count(*) filter (was_sent) as sent,
    count(*) filter (was_delivered) as delivered,
    count(*) filter (was_delivered and was_opened) as unique_opens,
    count(*) filter (was_delivered and was_clicked) as unique_clicks,
    count(*) filter (bounce_type = 'hard') as hard_bounces,
    count(*) filter (bounce_type = 'soft') as soft_bounces,
    count(*) filter (was_bounced) as bounces,
    count(*) filter (was_unsubscribed) as unsubscribes,
    count(*) filter (was_spam_reported) as spam_reports
from messages
where channel = 'email'
group by all
