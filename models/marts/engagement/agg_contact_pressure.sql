-- Days of each window, the send's own moment included.
{%- set windows = [7, 30] %}

with sends as (
    select
        organization_id,
        profile_key,
        channel,
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

pressed as (
    select
        channel,
        was_delivered,
        was_opened,
        was_clicked,
        was_unsubscribed,
        was_spam_reported,
        {%- for days in windows %}
        count(*) over (
            partition by organization_id, profile_key
            order by sent_at
            range between interval '{{ days }}' day preceding and current row
        ) as messages_in_{{ days }}_days{{ "," if not loop.last }}
        {%- endfor %}
    from sends
),

banded as (
    select
        channel,
        {%- for days in windows %}
        case
            when messages_in_{{ days }}_days >= 10 then 10
            when messages_in_{{ days }}_days >= 6 then 6
            else messages_in_{{ days }}_days
        end as least_in_{{ days }}_days,
        {%- endfor %}
        count(*) as sent,
        count(*) filter (where was_delivered) as delivered,
        count(*) filter (where was_opened) as opened,
        count(*) filter (where was_clicked) as clicked,
        count(*) filter (where was_unsubscribed) as unsubscribes,
        count(*) filter (where was_spam_reported) as spam_reports
    from pressed
    group by channel, {% for days in windows %}least_in_{{ days }}_days{{ ", " if not loop.last }}{% endfor %}
),

by_window as (
    {%- for days in windows %}
    select
        cast({{ days }} as integer) as window_days,
        channel,
        cast(least_in_{{ days }}_days as bigint) as least_messages,
        cast(sum(sent) as bigint) as sent,
        cast(sum(delivered) as bigint) as delivered,
        cast(sum(opened) as bigint) as opened,
        cast(sum(clicked) as bigint) as clicked,
        cast(sum(unsubscribes) as bigint) as unsubscribes,
        cast(sum(spam_reports) as bigint) as spam_reports
    from banded
    group by channel, least_in_{{ days }}_days
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}
),

final as (
    select
        {{ surrogate_key(["window_days", "channel", "least_messages"]) }} as contact_pressure_key,
        window_days,
        channel,
        case least_messages
            when 10 then '10+'
            when 6 then '6-9'
            else cast(least_messages as varchar)
        end as pressure_band,
        least_messages,
        sent,
        delivered,
        opened,
        clicked,
        unsubscribes,
        spam_reports,
        {{ rate("delivered", "sent") }} as delivery_rate,
        case when channel in ('email', 'push') then {{ rate("opened", "delivered") }} end as open_rate,
        {{ rate("clicked", "delivered") }} as click_rate,
        {{ rate("unsubscribes", "delivered") }} as unsubscribe_rate,
        {{ rate("spam_reports", "delivered") }} as spam_rate
    from by_window
)

select * from final
