with uses as (
    select organization_id, lower(contact_point) as point, profile_type, profile_id, was_sent, was_delivered, delivered_at
    from messages
    where contact_point is not null
    union all
    select organization_id, lower(contact_point), profile_type, profile_id, false, false, null
    from consent_changes
    where contact_point is not null
),

points as (
    select
        organization_id,
        md5(point) as contact_point_key,
        count(distinct (profile_type, profile_id)) filter (where profile_id is not null) as people,
        count(*) filter (where was_sent) as sent,
        count(*) filter (where was_delivered) as delivered,
        max(delivered_at) as last_delivered_at
    from uses
    group by organization_id, point
    union all
    select distinct null, contact_point_key, 0, 0, 0, null::timestamp
    from contact_point_consents
    where not is_deleted and contact_point_key not in (select md5(point) from uses)
),

bounced as (
    select messages.organization_id, points.contact_point_key, messages.bounce_type, messages.bounced_at
    from messages
    inner join points
        on messages.organization_id = points.organization_id and md5(lower(messages.contact_point)) = points.contact_point_key
    where
        messages.channel = 'email' and messages.bounce_type in ('hard', 'soft')
        and (points.last_delivered_at is null or messages.bounced_at > points.last_delivered_at)
),

in_a_row as (
    select
        organization_id,
        contact_point_key,
        list_sort(list(bounced_at)) as times,
        count(*) filter (where bounce_type = 'hard') as hard,
        max(bounced_at) filter (where bounce_type = 'hard') as last_hard_at,
        list(bounced_at) filter (where bounce_type = 'soft') as soft_times
    from bounced
    group by organization_id, contact_point_key
),

opted_out as (
    select organization_id, md5(lower(contact_point)) as contact_point_key, occurred_at as moment
    from consent_changes
    where consent_status = 'opted_out' and contact_point is not null
    union all
    select points.organization_id, contact_point_key, consents.changed_at::timestamp
    from points
    inner join contact_point_consents as consents using (contact_point_key)
    where consents.consent_status = 'opted_out' and not consents.is_deleted
)

select
    points.*,
    coalesce(len(in_a_row.times), 0) as bounces_in_a_row,
    coalesce(in_a_row.hard, 0) as hard_bounces_in_a_row,
    coalesce(
        len(list_filter(in_a_row.soft_times, lambda moment: in_a_row.last_hard_at is null or moment > in_a_row.last_hard_at)), 0
    ) as soft_bounces_in_a_row,
    in_a_row.times[10] + interval 180 days as likely_suppressed_until,
    (
        select max(opted_out.moment)
        from opted_out
        where
            opted_out.organization_id is not distinct from points.organization_id
            and opted_out.contact_point_key = points.contact_point_key
    ) as last_opted_out_at
from points
left join in_a_row
    on
        points.organization_id is not distinct from in_a_row.organization_id
        and points.contact_point_key = in_a_row.contact_point_key
