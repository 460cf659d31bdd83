{%- set grain = [
    "attempt_date", "organization_id", "business_unit_id", "channel", "iso_day_of_week", "hour_of_day",
] -%}

with messages as (
    select
        *,
        {{ report_date("attempted_at") }} as attempt_date,
        {{ iso_day_of_week(report_time("sent_at")) }} as iso_day_of_week,
        cast(extract(hour from {{ report_time("sent_at") }}) as integer) as hour_of_day
    from {{ ref("fct_channel_engagement") }}
    where was_sent and not is_test_send
),

counted as (
    select
        {{ grain | join(", ") }},
        count(*) as sent,
        count(*) filter (where was_delivered) as delivered,
        count(*) filter (where was_delivered and was_opened) as unique_opens,
        count(*) filter (where was_delivered and was_clicked) as unique_clicks
    from messages
    group by {{ grain | join(", ") }}
)

select
    {{ surrogate_key(grain) }} as send_hour_daily_key,
    *
from counted
