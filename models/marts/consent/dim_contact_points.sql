{%- set point = ["organization_id", "contact_point_key"] -%}

with people as (
    select * from {{ ref("dim_contact_point_people") }}
),

consents as (
    select * from {{ ref("dim_contact_point_consents") }}
    where not is_deleted and contact_point_key is not null
),

-- Records name no organization. A contact point that only they know belongs to the one there is.
only_recorded as (
    select
        (
            select case when count(distinct people.organization_id) = 1 then min(people.organization_id) end
            from people
        ) as organization_id,
        consents.contact_point_type as channel,
        consents.contact_point_key
    from consents
    where consents.contact_point_key not in (select people.contact_point_key from people)
),

uses as (
    select
        {{ point | join(", ") }},
        channel,
        profile_key,
        sent,
        delivered,
        first_used_at,
        last_used_at,
        last_sent_at,
        last_delivered_at,
        last_opened_at
    from people
    union all
    select
        {{ point | join(", ") }},
        channel,
        cast(null as string) as profile_key,
        0 as sent,
        0 as delivered,
        cast(null as timestamp) as first_used_at,
        cast(null as timestamp) as last_used_at,
        cast(null as timestamp) as last_sent_at,
        cast(null as timestamp) as last_delivered_at,
        cast(null as timestamp) as last_opened_at
    from only_recorded
),

points as (
    select
        {{ point | join(", ") }},
        count(case when channel = 'email' then 1 end) > 0 as is_email,
        count(case when channel = 'sms' then 1 end) > 0 as is_sms,
        count(case when channel = 'voice' then 1 end) > 0 as is_voice,
        count(case when channel = 'custom' then 1 end) > 0 as is_custom,
        count(distinct profile_key) as people,
        case when count(distinct profile_key) = 1 then min(profile_key) end as profile_key,
        cast(sum(sent) as bigint) as sent,
        cast(sum(delivered) as bigint) as delivered,
        min(first_used_at) as first_used_at,
        max(last_used_at) as last_used_at,
        max(last_sent_at) as last_sent_at,
        max(last_delivered_at) as last_delivered_at,
        max(last_opened_at) as last_opened_at
    from uses
    group by {{ point | join(", ") }}
),

-- A bounce of another kind than hard and soft says nothing about the address.
bounced as (
    select
        engagement.organization_id,
        engagement.contact_point_key,
        engagement.bounce_type,
        engagement.bounced_at,
        max(case when engagement.bounce_type = 'hard' then engagement.bounced_at end) over (
            partition by engagement.organization_id, engagement.contact_point_key
        ) as last_hard_bounced_at,
        row_number() over (
            partition by engagement.organization_id, engagement.contact_point_key
            order by engagement.bounced_at, engagement.engagement_key
        ) as row_number
    from {{ ref("fct_channel_engagement") }} as engagement
    inner join points
        on
            engagement.organization_id is not distinct from points.organization_id
            and engagement.contact_point_key = points.contact_point_key
    where
        engagement.channel = 'email'
        and engagement.was_bounced
        and engagement.bounce_type in ('hard', 'soft')
        and engagement.bounced_at > coalesce(points.last_delivered_at, timestamp '0001-01-01')
),

rows_of_bounces as (
    select
        {{ point | join(", ") }},
        count(*) as bounces_in_a_row,
        count(case when bounce_type = 'hard' then 1 end) as hard_bounces_in_a_row,
        count(case
            when bounce_type = 'soft' and bounced_at > coalesce(last_hard_bounced_at, timestamp '0001-01-01') then 1
        end) as soft_bounces_in_a_row,
        max(bounced_at) as last_bounced_at,
        min(case when row_number = 10 then bounced_at end) as tenth_bounced_at
    from bounced
    group by {{ point | join(", ") }}
),

changes as (
    select
        {{ point | join(", ") }},
        max(case when consent_status = 'opted_out' then occurred_at end) as last_opted_out_at,
        max(case when change_type = 'complained' then occurred_at end) as last_complained_at
    from {{ ref("fct_consent_changes") }}
    group by {{ point | join(", ") }}
),

records as (
    select
        contact_point_key,
        max(changed_at) as last_opted_out_at
    from consents
    where consent_status = 'opted_out'
    group by contact_point_key
)

select
    {{ surrogate_key(qualified(point, "points")) }} as organization_contact_point_key,
    points.organization_id,
    points.contact_point_key,
    case
        when points.is_email then 'email'
        when points.is_sms or points.is_voice then 'phone'
        when points.is_custom then 'custom'
    end as contact_point_type,
    points.is_email,
    points.is_sms,
    points.is_voice,
    points.is_custom,
    points.people,
    points.profile_key,
    points.sent,
    points.delivered,
    points.first_used_at,
    points.last_used_at,
    points.last_sent_at,
    points.last_delivered_at,
    points.last_opened_at,
    rows_of_bounces.last_bounced_at,
    greatest(changes.last_opted_out_at, records.last_opted_out_at) as last_opted_out_at,
    changes.last_complained_at,
    coalesce(rows_of_bounces.bounces_in_a_row, 0) as bounces_in_a_row,
    coalesce(rows_of_bounces.hard_bounces_in_a_row, 0) as hard_bounces_in_a_row,
    coalesce(rows_of_bounces.soft_bounces_in_a_row, 0) as soft_bounces_in_a_row,
    coalesce(rows_of_bounces.hard_bounces_in_a_row > 0 or rows_of_bounces.soft_bounces_in_a_row >= 5, false)
        as counts_as_hard_bounced,
    rows_of_bounces.tenth_bounced_at + interval '180' day as likely_suppressed_until
from points
left join rows_of_bounces
    on
        points.organization_id is not distinct from rows_of_bounces.organization_id
        and points.contact_point_key = rows_of_bounces.contact_point_key
left join changes
    on
        points.organization_id is not distinct from changes.organization_id
        and points.contact_point_key = changes.contact_point_key
left join records
    on points.contact_point_key = records.contact_point_key
