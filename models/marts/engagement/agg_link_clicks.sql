with clicks as (
    select
        link_key,
        organization_id,
        business_unit_id,
        channel,
        message_id,
        link_id,
        link_url,
        link_name,
        link_text,
        is_bot,
        case when not is_bot then {{ person_in_run() }} end as person_in_run
    from {{ ref("fct_link_clicks") }}
),

links as (
    select
        link_key,
        organization_id,
        channel,
        message_id,
        min(business_unit_id) as business_unit_id,
        min(link_id) as link_id,
        min(link_url) as link_url,
        min(link_name) as link_name,
        min(link_text) as link_text,
        count(*) filter (where not is_bot) as clicks,
        count(distinct person_in_run) as unique_clicks,
        count(*) filter (where is_bot) as bot_clicks
    from clicks
    group by link_key, organization_id, channel, message_id
),

messages as (
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
        messages.delivered,
        sum(links.clicks) over (
            partition by links.organization_id, links.channel, links.message_id
        ) as message_clicks
    from links
    left join messages
        on
            links.organization_id is not distinct from messages.organization_id
            and links.channel = messages.channel
            and links.message_id is not distinct from messages.message_id
),

final as (
    select
        link_key,
        organization_id,
        business_unit_id,
        channel,
        message_id,
        link_id,
        link_url,
        link_name,
        link_text,
        delivered,
        clicks,
        unique_clicks,
        bot_clicks,
        {{ rate("unique_clicks", "delivered") }} as link_click_rate,
        {{ rate("clicks", "message_clicks") }} as click_share
    from joined
)

select * from final
