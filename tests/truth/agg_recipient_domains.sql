with counted as (
    select
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
        count(*) filter (was_blocked) as blocked,
        count(*) filter (was_unsubscribed) as unsubscribes,
        count(*) filter (was_spam_reported) as spam_reports
    from messages
    where channel = 'email'
    group by all
)

select
    *,
    case
        when sent + delivered = 0 then 'no_data'
        when 100 * hard_bounces > 8 * sent or 1000 * spam_reports > 3 * delivered then 'over_limit'
        when 100 * hard_bounces > 2 * sent then 'above_preferred'
        else 'ok'
    end as deliverability_status
from counted
