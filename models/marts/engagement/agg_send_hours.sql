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
        seconds_to_open
    from {{ ref("fct_channel_engagement") }}
    where was_sent and not is_test_send
),

counted as (
    select
        {{ grain | join(", ") }},
        count(*) as sent,
        count(*) filter (where was_delivered) as delivered,
        count(*) filter (where was_delivered and was_opened) as unique_opens,
        count(*) filter (where was_delivered and was_clicked) as unique_clicks,
        {{ quantile("case when was_delivered then seconds_to_open end", 0.5) }} as median_seconds_to_open
    from messages
    group by {{ grain | join(", ") }}
),

final as (
    select
        {{ surrogate_key(qualified(grain, "counted")) }} as send_hour_key,
        counted.*,
        {{ channel_rate("delivery_rate", "delivered", "sent") }} as delivery_rate,
        {{ channel_rate("open_rate", "unique_opens", "delivered") }} as open_rate,
        {{ channel_rate("click_rate", "unique_clicks", "delivered") }} as click_rate
    from counted
    left join {{ ref("channel_rates") }} as channel_rates
        on counted.channel = channel_rates.channel
)

select * from final
