-- Each message in which the link was clicked is there once, so that further on rows are counted.
with clicked as (
    select
        link_key,
        engagement_key,
        min(organization_id) as organization_id,
        min(business_unit_id) as business_unit_id,
        min(channel) as channel,
        min(message_id) as message_id,
        min(link_id) as link_id,
        min(link_url) as link_url,
        min(link_name) as link_name,
        min(link_text) as link_text,
        count(*) filter (where not is_bot) as clicks,
        count(*) filter (where is_bot) as bot_clicks
    from {{ ref("fct_link_clicks") }}
    group by link_key, engagement_key
),

delivered_keys as (
    select engagement_key
    from {{ ref("fct_channel_engagement") }}
    where was_delivered and was_clicked
),

links as (
    select
        clicked.link_key,
        clicked.organization_id,
        clicked.channel,
        clicked.message_id,
        min(clicked.business_unit_id) as business_unit_id,
        min(clicked.link_id) as link_id,
        min(clicked.link_url) as link_url,
        min(clicked.link_name) as link_name,
        min(clicked.link_text) as link_text,
        cast(sum(clicked.clicks) as bigint) as clicks,
        count(*) filter (where clicked.clicks > 0 and delivered_keys.engagement_key is not null) as unique_clicks,
        cast(sum(clicked.bot_clicks) as bigint) as bot_clicks
    from clicked
    left join delivered_keys
        on clicked.engagement_key = delivered_keys.engagement_key
    group by clicked.link_key, clicked.organization_id, clicked.channel, clicked.message_id
),

deliveries as (
    select
        organization_id,
        channel,
        message_id,
        count(*) filter (where was_delivered) as delivered
    from {{ ref("fct_channel_engagement") }}
    group by organization_id, channel, message_id
),

joined as (
    select
        links.*,
        deliveries.delivered,
        sum(links.clicks) over (
            partition by links.organization_id, links.channel, links.message_id
        ) as message_clicks
    from links
    left join deliveries
        on
            links.organization_id is not distinct from deliveries.organization_id
            and links.channel = deliveries.channel
            and links.message_id is not distinct from deliveries.message_id
),

final as (
    select
        joined.link_key,
        joined.organization_id,
        joined.business_unit_id,
        joined.channel,
        joined.message_id,
        joined.link_id,
        joined.link_url,
        joined.link_name,
        joined.link_text,
        joined.delivered,
        joined.clicks,
        joined.unique_clicks,
        joined.bot_clicks,
        {{ channel_rate("click_rate", "joined.unique_clicks", "joined.delivered") }} as link_click_rate,
        {{ rate("joined.clicks", "joined.message_clicks") }} as click_share
    from joined
    left join {{ ref("channel_rates") }} as channel_rates
        on joined.channel = channel_rates.channel
)

select * from final
