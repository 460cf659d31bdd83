with clicked as (
    select
        daily.link_key,
        sum(daily.unique_clicks)::bigint as unique_clicks,
        sum(daily.clicks)::bigint as clicks,
        sum(daily.bot_clicks)::bigint as bot_clicks
    from marts.agg_link_clicks_daily as daily
    where {{ in_period("daily.attempt_date") }}
    group by daily.link_key
),

delivered as (
    select
        messages.organization_id,
        messages.channel,
        messages.message_id,
        sum(messages.delivered)::bigint as delivered
    from marts.agg_channel_engagement_daily as messages
    where {{ in_period("messages.attempt_date") }}
    group by messages.organization_id, messages.channel, messages.message_id
)

select
    coalesce(links.link_name, links.link_text, links.link_url, left(links.link_id, 8), 'unknown') as link_name,
    links.link_url,
    coalesce(names.message_name, left(links.message_id, 8)) as message_name,
    delivered.delivered,
    clicked.unique_clicks,
    clicked.clicks,
    clicked.bot_clicks,
    case when dim_channels.has_click_rate then {{ rate("clicked.unique_clicks", "delivered.delivered") }} end
        as link_click_rate
from clicked
inner join marts.agg_link_clicks as links using (link_key)
inner join marts.dim_channels on links.channel = dim_channels.channel
left join delivered
    on
        links.organization_id is not distinct from delivered.organization_id
        and links.channel = delivered.channel
        and links.message_id is not distinct from delivered.message_id
left join marts.dim_messages as names
    on links.organization_id is not distinct from names.organization_id and links.message_id = names.message_id
where
    {{ chosen("organizations", "links.organization_id") }}
    and {{ chosen("channels", "links.channel") }}
    and {{ chosen("units", "links.business_unit_id") }}
order by clicked.unique_clicks desc, clicked.bot_clicks desc, links.link_key
limit 200
