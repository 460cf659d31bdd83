with emails as (
    select * from {{ ref("fct_channel_engagement") }}
    where channel = 'email'
),

counted as (
    select
        recipient_domain,
        organization_id,
        business_unit_id,
        count(*) filter (where was_sent) as sent,
        count(*) filter (where was_delivered) as delivered,
        count(*) filter (where was_delivered and was_opened) as unique_opens,
        count(*) filter (where was_delivered and was_clicked) as unique_clicks,
        count(*) filter (where bounce_type = 'hard') as hard_bounces,
        count(*) filter (where bounce_type = 'soft') as soft_bounces,
        count(*) filter (where was_bounced) as bounces,
        count(*) filter (where was_blocked) as blocked,
        count(*) filter (where was_unsubscribed) as unsubscribes,
        count(*) filter (where was_spam_reported) as spam_reports
    from emails
    group by recipient_domain, organization_id, business_unit_id
),

-- E-mail has every rate that stands here.
rated as (
    select
        *,
        {{ rate("delivered", "sent") }} as delivery_rate,
        {{ rate("unique_opens", "delivered") }} as open_rate,
        {{ rate("unique_clicks", "delivered") }} as click_rate,
        {{ rate("bounces", "sent") }} as bounce_rate,
        {{ rate("hard_bounces", "sent") }} as hard_bounce_rate,
        {{ rate("soft_bounces", "sent") }} as soft_bounce_rate,
        {{ rate("unsubscribes", "delivered") }} as unsubscribe_rate,
        {{ rate("spam_reports", "delivered") }} as spam_rate
    from counted
),

final as (
    select
        {{ surrogate_key(["recipient_domain", "organization_id", "business_unit_id"]) }} as recipient_domain_key,
        *,
        {{ deliverability_status(var("hard_bounce_limit"), var("hard_bounce_preferred"), var("spam_limit")) }}
            as deliverability_status
    from rated
)

select * from final
