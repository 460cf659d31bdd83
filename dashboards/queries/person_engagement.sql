select
    dim_channels.channel_name,
    people.engagement_status,
    people.delivered,
    people.opened,
    people.clicked,
    people.last_delivered_at,
    people.last_opened_at,
    people.last_clicked_at,
    people.bounces_in_a_row
from marts.agg_profile_engagement as people
inner join marts.dim_channels using (channel)
where people.profile_key = $person
order by people.delivered desc, channel_name
