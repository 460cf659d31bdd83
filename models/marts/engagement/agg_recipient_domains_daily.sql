{%- set grain = ["attempt_date", "recipient_domain", "organization_id", "business_unit_id"] -%}

with emails as (
    select
        *,
        {{ report_date("attempted_at") }} as attempt_date
    from {{ ref("fct_channel_engagement") }}
    where channel = 'email'
),

counted as (
    select
        {{ grain | join(", ") }},
        count(*) filter (where was_sent) as sent,
        count(*) filter (where was_delivered) as delivered,
        count(*) filter (where was_delivered and was_opened) as unique_opens,
        count(*) filter (where was_delivered and was_clicked) as unique_clicks,
        count(*) filter (where bounce_type = 'hard') as hard_bounces,
        count(*) filter (where bounce_type = 'soft') as soft_bounces,
        count(*) filter (where was_bounced) as bounces,
        count(*) filter (where was_unsubscribed) as unsubscribes,
        count(*) filter (where was_spam_reported) as spam_reports
    from emails
    group by {{ grain | join(", ") }}
)

select
    {{ surrogate_key(grain) }} as recipient_domain_daily_key,
    *
from counted
