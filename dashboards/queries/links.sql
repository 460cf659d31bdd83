select
    coalesce(links.link_name, links.link_text, links.link_url, left(links.link_id, 8), 'unknown') as link_name,
    links.link_url,
    coalesce(names.message_name, left(links.message_id, 8)) as message_name,
    links.delivered,
    links.unique_clicks,
    links.clicks,
    links.bot_clicks,
    links.link_click_rate
from marts.agg_link_clicks as links
left join marts.dim_messages as names
    on links.organization_id is not distinct from names.organization_id and links.message_id = names.message_id
where
    {{ chosen("organizations", "links.organization_id") }}
    and {{ chosen("channels", "links.channel") }}
    and {{ chosen("units", "links.business_unit_id") }}
order by links.unique_clicks desc, links.bot_clicks desc, links.link_key
limit 200
