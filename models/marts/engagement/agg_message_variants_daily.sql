{%- set grain = ["attempt_date", "organization_id", "channel", "message_id", "message_variation_name"] -%}

with messages as (
    select
        *,
        {{ report_date("attempted_at") }} as attempt_date
    from {{ ref("fct_channel_engagement") }}
    where {{ is_of_a_variation() }}
),

counted as (
    select
        {{ grain | join(", ") }},
        min(business_unit_id) as business_unit_id,
        count(*) filter (where was_sent) as sent,
        count(*) filter (where was_delivered) as delivered,
        count(*) filter (where was_delivered and was_opened) as unique_opens,
        count(*) filter (where was_delivered and was_clicked) as unique_clicks,
        count(*) filter (where was_unsubscribed) as unsubscribes
    from messages
    group by {{ grain | join(", ") }}
)

select
    {{ surrogate_key(grain) }} as message_variant_daily_key,
    *
from counted
