-- The simulator numbers the links of a message, so neither ids nor addresses decide here what is one link.
with links as (
    select
        organization_id,
        channel,
        message_id,
        link_number,
        min(business_unit_id) as business_unit_id,
        any_value(link_id) as link_id,
        any_value(link_url) as link_url,
        count(*) filter (not is_bot) as clicks,
        count(distinct (profile_type, profile_id, journey_run_id)) filter (not is_bot) as unique_clicks,
        count(*) filter (is_bot) as bot_clicks
    from link_clicks
    group by all
)

select
    * exclude (link_number),
    (
        select count(*)
        from messages
        where
            messages.organization_id = links.organization_id
            and messages.channel = links.channel
            and messages.message_id = links.message_id
            and messages.was_delivered
    ) as delivered
from links
