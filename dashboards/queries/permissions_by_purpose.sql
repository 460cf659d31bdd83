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
group by all
order by channel_name, purpose_name, topic_name = 'the purpose itself' desc, topic_name
limit 500
