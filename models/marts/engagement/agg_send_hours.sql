{%- set grain = ["organization_id", "business_unit_id", "channel", "iso_day_of_week", "hour_of_day"] -%}

with messages as (
    select
        organization_id,
        business_unit_id,
        channel,
        {{ iso_day_of_week(report_time("sent_at")) }} as iso_day_of_week,
        cast(extract(hour from {{ report_time("sent_at") }}) as integer) as hour_of_day,
        was_delivered,
        was_opened,
        was_clicked,
        seconds_to_open,
        case when was_opened or was_clicked then {{ person_in_run() }} end as person_in_run
    from {{ ref("fct_channel_engagement") }}
    where was_sent and not is_test_send
),

counted as (
    select
        {{ grain | join(", ") }},
        count(*) as sent,
        count(*) filter (where was_delivered) as delivered,
        count(distinct person_in_run) filter (where was_opened) as unique_opens,
        count(distinct person_in_run) filter (where was_clicked) as unique_clicks,
        {{ quantile("seconds_to_open", 0.5) }} as median_seconds_to_open
    from messages
    group by {{ grain | join(", ") }}
),

final as (
    select
        {{ surrogate_key(grain) }} as send_hour_key,
        *,
        {{ rate("delivered", "sent") }} as delivery_rate,
        case when channel in ('email', 'push') then {{ rate("unique_opens", "delivered") }} end as open_rate,
        {{ rate("unique_clicks", "delivered") }} as click_rate
    from counted
)

select * from final
