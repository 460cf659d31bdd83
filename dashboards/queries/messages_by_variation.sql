-- Names are joined to few rows.
with variants as (
    select
        daily.organization_id,
        daily.channel,
        daily.message_id,
        daily.message_variation_name,
        {% for count in ["sent", "delivered", "unique_opens", "unique_clicks", "unsubscribes"] %}
        sum(daily.{{ count }}) as {{ count }},
        {% endfor %}
    from marts.agg_message_variants_daily as daily
    where
        {{ in_period("daily.attempt_date") }}
        and {{ chosen("organizations", "daily.organization_id") }}
        and {{ chosen("channels", "daily.channel") }}
        and {{ chosen("units", "daily.business_unit_id") }}
    group by daily.organization_id, daily.channel, daily.message_id, daily.message_variation_name
)

-- The rates are those of marts.agg_message_variants.
select
    coalesce(names.message_name, left(variants.message_id, 8), 'without a message') as message_name,
    variants.message_variation_name,
    dim_channels.channel_name,
    {{ metrics([
        "sent", "delivered", "unique_opens", "unique_clicks", "unsubscribes", "delivery_rate", "open_rate", "click_rate",
        "unsubscribe_rate",
    ]) }}
from variants
inner join marts.dim_channels using (channel)
left join marts.dim_messages as names
    on variants.organization_id is not distinct from names.organization_id and variants.message_id = names.message_id
group by
    variants.organization_id, variants.message_id, names.message_name, variants.message_variation_name,
    dim_channels.channel_name
order by sum(sum(sent)) over (partition by variants.message_id) desc, message_name, variants.message_variation_name
limit 1000
