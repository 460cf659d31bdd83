{%- set grain = ["organization_id", "channel", "contact_point_key", "profile_key"] -%}

with messages as (
    select
        {{ grain | join(", ") }},
        count(case when was_sent then 1 end) as sent,
        count(case when was_delivered then 1 end) as delivered,
        min(coalesce(attempted_at, delivered_at, bounced_at, first_opened_at)) as first_used_at,
        max(coalesce(last_sent_at, attempted_at, delivered_at, bounced_at, first_opened_at)) as last_used_at,
        max(last_sent_at) as last_sent_at,
        max(delivered_at) as last_delivered_at,
        max(case when was_delivered then last_opened_at end) as last_opened_at
    from {{ ref("fct_channel_engagement") }}
    where contact_point_key is not null
    group by {{ grain | join(", ") }}
),

changes as (
    select
        organization_id,
        contact_point_type as channel,
        contact_point_key,
        profile_key,
        min(occurred_at) as first_used_at,
        max(occurred_at) as last_used_at
    from {{ ref("fct_consent_changes") }}
    where contact_point_key is not null
    group by organization_id, contact_point_type, contact_point_key, profile_key
),

uses as (
    select
        {{ grain | join(", ") }},
        sent,
        delivered,
        first_used_at,
        last_used_at,
        last_sent_at,
        last_delivered_at,
        last_opened_at
    from messages
    union all
    select
        {{ grain | join(", ") }},
        0 as sent,
        0 as delivered,
        first_used_at,
        last_used_at,
        cast(null as timestamp) as last_sent_at,
        cast(null as timestamp) as last_delivered_at,
        cast(null as timestamp) as last_opened_at
    from changes
),

summed as (
    select
        {{ grain | join(", ") }},
        cast(sum(sent) as bigint) as sent,
        cast(sum(delivered) as bigint) as delivered,
        min(first_used_at) as first_used_at,
        max(last_used_at) as last_used_at,
        max(last_sent_at) as last_sent_at,
        max(last_delivered_at) as last_delivered_at,
        max(last_opened_at) as last_opened_at
    from uses
    group by {{ grain | join(", ") }}
),

-- The product asks no other records than those of contacts.
contacts as (
    select * from {{ ref("dim_profiles") }}
    where profile_type = 'contact' and not is_deleted
)

select
    {{ surrogate_key(qualified(grain, "summed")) }} as contact_point_person_key,
    summed.organization_id,
    summed.channel,
    summed.contact_point_key,
    summed.profile_key,
    summed.sent,
    summed.delivered,
    summed.first_used_at,
    summed.last_used_at,
    summed.last_sent_at,
    summed.last_delivered_at,
    summed.last_opened_at,
    summed.channel = 'email' and coalesce(contacts.is_do_not_email, false) as is_do_not_email,
    summed.channel = 'email' and coalesce(contacts.is_do_not_bulk_email, false) as is_do_not_bulk_email
from summed
left join contacts
    on summed.profile_key = contacts.profile_key
