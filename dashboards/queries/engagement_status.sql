-- people means profile_key
select
    dim_channels.channel_name,
    people.engagement_status,
    count(*) as people
from marts.agg_profile_engagement as people
inner join marts.dim_channels using (channel)
where
    people.engagement_status is not null
    and {{ chosen("organizations", "people.organization_id") }}
    and {{ chosen("channels", "people.channel") }}
group by dim_channels.channel_name, people.engagement_status
order by dim_channels.channel_name, list_position(['active', 'lapsing', 'inactive', 'never'], people.engagement_status)
