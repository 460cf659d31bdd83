with uses as (
    select
        organization_id, channel, contact_point, profile_type, profile_id, was_sent, was_delivered, delivered_at
    from messages
    union all
    select
        organization_id,
        case when interaction_type = 'SmsReceived' then 'sms' else 'email' end as channel,
        contact_point, profile_type, profile_id, false, false, null
    from consent_changes
)

select
    uses.organization_id,
    uses.channel,
    md5(lower(uses.contact_point)) as contact_point_key,
    md5(concat_ws(chr(31), uses.organization_id, uses.profile_type, uses.profile_id)) as profile_key,
    count(*) filter (where uses.was_sent) as sent,
    count(*) filter (where uses.was_delivered) as delivered,
    max(uses.delivered_at) as last_delivered_at,
    uses.channel = 'email' and coalesce(bool_or(contacts.is_do_not_email), false) as is_do_not_email,
    uses.channel = 'email' and coalesce(bool_or(contacts.is_do_not_bulk_email), false) as is_do_not_bulk_email
from uses
left join profiles as contacts
    on
        contacts.profile_type = 'contact' and not contacts.is_deleted
        and uses.profile_type = 'contact' and uses.profile_id = contacts.profile_id
where uses.contact_point is not null and uses.profile_id is not null
group by
    uses.organization_id, uses.channel, lower(uses.contact_point), uses.profile_type, uses.profile_id
union all
select
    organization_id,
    channel,
    md5(lower(contact_point)),
    null,
    count(*) filter (where was_sent),
    count(*) filter (where was_delivered),
    max(delivered_at),
    false,
    false
from uses
where contact_point is not null and profile_id is null
group by organization_id, channel, lower(contact_point)
