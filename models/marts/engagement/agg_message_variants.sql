{%- set grain = ["organization_id", "channel", "message_id", "message_variation_name"] -%}

with messages as (
    select * from {{ ref("fct_channel_engagement") }}
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
),

final as (
    select
        {{ surrogate_key(qualified(grain, "counted")) }} as message_variant_key,
        counted.*,
        {{ channel_rate("delivery_rate", "delivered", "sent") }} as delivery_rate,
        {{ channel_rate("open_rate", "unique_opens", "delivered") }} as open_rate,
        {{ channel_rate("click_rate", "unique_clicks", "delivered") }} as click_rate,
        {{ channel_rate("unsubscribe_rate", "unsubscribes", "delivered") }} as unsubscribe_rate
    from counted
    left join {{ ref("channel_rates") }} as channel_rates
        on counted.channel = channel_rates.channel
)

select * from final
