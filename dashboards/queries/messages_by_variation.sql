select
    coalesce(names.message_name, left(variants.message_id, 8), 'without a message') as message_name,
    variants.message_variation_name,
    dim_channels.channel_name,
    {{ metrics([
        "sent", "delivered", "unique_opens", "unique_clicks", "unsubscribes", "delivery_rate", "open_rate", "click_rate",
        "unsubscribe_rate",
    ]) }}
from marts.agg_message_variants_daily as variants
inner join marts.dim_channels using (channel)
-- The rates are those of marts.agg_message_variants.
left join marts.dim_messages as names
    on variants.organization_id is not distinct from names.organization_id and variants.message_id = names.message_id
where
    {{ in_period("variants.attempt_date") }}
    and {{ chosen("organizations", "variants.organization_id") }}
    and {{ chosen("channels", "variants.channel") }}
    and {{ chosen("units", "variants.business_unit_id") }}
group by
    variants.organization_id, variants.message_id, names.message_name, variants.message_variation_name,
    dim_channels.channel_name
order by sum(sum(sent)) over (partition by variants.message_id) desc, message_name, variants.message_variation_name
limit 1000
