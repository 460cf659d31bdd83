{%- set message = "organization_id, channel, message_id" -%}

with messages as (
    select
        {{ message }},
        message_variation_name,
        business_unit_id,
        was_sent,
        was_delivered,
        was_opened,
        was_clicked,
        was_unsubscribed,
        case when was_opened or was_clicked then {{ person_in_run() }} end as person_in_run
    from {{ ref("fct_channel_engagement") }}
    where
        -- The channels whose sends name the variant. Texts name it on bounces only: no rate could come of that.
        channel in ('email', 'custom')
        and message_variation_name is not null
        and (was_sent or was_delivered)
        and not is_test_send
),

variants as (
    select
        {{ message }},
        message_variation_name,
        min(business_unit_id) as business_unit_id,
        count(*) filter (where was_sent) as sent,
        count(*) filter (where was_delivered) as delivered,
        count(distinct person_in_run) filter (where was_opened) as unique_opens,
        count(distinct person_in_run) filter (where was_clicked) as unique_clicks,
        count(*) filter (where was_unsubscribed) as unsubscribes
    from messages
    group by {{ message }}, message_variation_name
),

-- Sides of the comparison: the variant, and the message's other ones taken together.
compared as (
    select
        *,
        least(unique_clicks, delivered) as clickers,
        sum(least(unique_clicks, delivered)) over the_message - least(unique_clicks, delivered) as other_clickers,
        sum(delivered) over the_message - delivered as other_delivered
    from variants
    window the_message as (partition by {{ message }})
),

tested as (
    select
        *,
        {{ two_proportion_z("clickers", "delivered", "other_clickers", "other_delivered") }} as click_rate_z
    from compared
),

final as (
    select
        {{ surrogate_key(["organization_id", "channel", "message_id", "message_variation_name"]) }}
            as message_variant_key,
        {{ message }},
        message_variation_name,
        business_unit_id,
        sent,
        delivered,
        unique_opens,
        unique_clicks,
        unsubscribes,
        {{ rate("delivered", "sent") }} as delivery_rate,
        case when channel = 'email' then {{ rate("unique_opens", "delivered") }} end as open_rate,
        {{ rate("unique_clicks", "delivered") }} as click_rate,
        {{ wilson_lower("unique_clicks", "delivered") }} as click_rate_lower,
        {{ wilson_upper("unique_clicks", "delivered") }} as click_rate_upper,
        {{ rate("unsubscribes", "delivered") }} as unsubscribe_rate,
        {{ two_sided_p_value("click_rate_z") }} as click_rate_p_value,
        delivered >= 100 as has_enough_data
    from tested
)

select * from final
