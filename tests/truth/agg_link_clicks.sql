-- The simulator numbers the links of a message, so neither ids nor addresses decide here what is one link. Unique clicks
-- are found from the messages: whether any person's click of theirs was at the link.
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
        count(*) filter (is_bot) as bot_clicks
    from link_clicks
    group by all
),

messages_clicked as (
    select distinct
        messages.organization_id,
        messages.channel,
        messages.message_id,
        link_clicks.link_number,
        messages.profile_type,
        messages.profile_id,
        messages.journey_id,
        messages.journey_run_id,
        messages.journey_step_id
    from messages
    inner join link_clicks
        on
            messages.organization_id = link_clicks.organization_id
            and messages.channel = link_clicks.channel
            and messages.message_id = link_clicks.message_id
            and messages.profile_type is not distinct from link_clicks.profile_type
            and messages.profile_id is not distinct from link_clicks.profile_id
            and messages.journey_id is not distinct from link_clicks.journey_id
            and messages.journey_run_id is not distinct from link_clicks.journey_run_id
            and messages.journey_step_id is not distinct from link_clicks.journey_step_id
    where messages.was_delivered and not link_clicks.is_bot
)

select
    * exclude (link_number),
    (
        select count(*)
        from messages_clicked
        where
            messages_clicked.organization_id = links.organization_id
            and messages_clicked.channel = links.channel
            and messages_clicked.message_id = links.message_id
            and messages_clicked.link_number = links.link_number
    ) as unique_clicks,
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
