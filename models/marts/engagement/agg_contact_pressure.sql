{%- set share = ["organization_id", "business_unit_id", "channel"] -%}

with sends as (
    select
        {{ share | join(", ") }},
        profile_key,
        sent_at,
        was_delivered,
        was_opened,
        was_clicked,
        was_unsubscribed,
        was_spam_reported
    from {{ ref("fct_channel_engagement") }}
    where
        was_sent
        and not is_test_send
        and profile_key is not null
        and sent_at is not null
),

-- A profile_key is one person of one organization.
earlier as (
    select
        *,
        count(*) over (
            partition by profile_key
            order by sent_at
            range between unbounded preceding and current row
        ) as messages_so_far,
        count(*) over (
            partition by profile_key
            order by sent_at
            range between unbounded preceding and interval '7' day preceding
        ) as messages_7_days_before,
        count(*) over (
            partition by profile_key
            order by sent_at
            range between unbounded preceding and interval '30' day preceding
        ) as messages_30_days_before
    from sends
),

-- By a difference, as a frame has no open end: what came exactly 7 days before is out of the window.
pressed as (
    select
        *,
        messages_so_far - messages_7_days_before as messages_in_7_days,
        messages_so_far - messages_30_days_before as messages_in_30_days
    from earlier
),

counted as (
    select
        {{ share | join(", ") }},
        messages_in_7_days,
        messages_in_30_days,
        count(*) as sent,
        count(*) filter (where was_delivered) as delivered,
        count(*) filter (where was_delivered and was_opened) as opened,
        count(*) filter (where was_delivered and was_clicked) as clicked,
        count(*) filter (where was_unsubscribed) as unsubscribes,
        count(*) filter (where was_spam_reported) as spam_reports
    from pressed
    group by {{ share | join(", ") }}, messages_in_7_days, messages_in_30_days
),

by_window as (
    select
        *,
        7 as window_days,
        messages_in_7_days as messages
    from counted
    union all
    select
        *,
        30 as window_days,
        messages_in_30_days as messages
    from counted
),

banded as (
    select
        window_days,
        {{ share | join(", ") }},
        case
            when messages >= 10 then 10
            when messages >= 6 then 6
            else messages
        end as least_messages,
        cast(sum(sent) as bigint) as sent,
        cast(sum(delivered) as bigint) as delivered,
        cast(sum(opened) as bigint) as opened,
        cast(sum(clicked) as bigint) as clicked,
        cast(sum(unsubscribes) as bigint) as unsubscribes,
        cast(sum(spam_reports) as bigint) as spam_reports
    from by_window
    group by window_days, {{ share | join(", ") }}, least_messages
),

final as (
    select
        {{ surrogate_key(qualified(share + ["window_days", "least_messages"], "banded")) }} as contact_pressure_key,
        banded.*,
        case banded.least_messages
            when 10 then '10+'
            when 6 then '6-9'
            else cast(banded.least_messages as string)
        end as pressure_band,
        {{ channel_rate("delivery_rate", "delivered", "sent") }} as delivery_rate,
        {{ channel_rate("open_rate", "opened", "delivered") }} as open_rate,
        {{ channel_rate("click_rate", "clicked", "delivered") }} as click_rate,
        {{ channel_rate("unsubscribe_rate", "unsubscribes", "delivered") }} as unsubscribe_rate,
        {{ channel_rate("spam_rate", "spam_reports", "delivered") }} as spam_rate
    from banded
    left join {{ ref("channel_rates") }} as channel_rates
        on banded.channel = channel_rates.channel
)

select * from final
