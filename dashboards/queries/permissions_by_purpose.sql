-- may_not_contact means may_contact
-- undecided means may_contact
select
    dim_channels.channel_name,
    coalesce(permissions.purpose_name, left(permissions.purpose_id, 8), 'no purpose') as purpose_name,
    coalesce(permissions.topic_name, left(permissions.topic_id, 8), 'the purpose itself') as topic_name,
    permissions.enforcement_model,
    count(*) filter (where permissions.may_contact) as may_contact,
    count(*) filter (where not permissions.may_contact) as may_not_contact,
    count(*) filter (where permissions.may_contact is null) as undecided
from marts.dim_contact_permissions as permissions
inner join marts.dim_channels using (channel)
where
    {{ chosen("organizations", "permissions.organization_id") }}
    and {{ chosen("channels", "permissions.channel") }}
group by
    dim_channels.channel_name, permissions.purpose_id, permissions.purpose_name, permissions.topic_id,
    permissions.topic_name, permissions.enforcement_model
order by dim_channels.channel_name, purpose_name, permissions.topic_id is not null, topic_name
limit 500
