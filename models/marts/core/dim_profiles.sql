with interactions as (
    {{ union_families(family_tables(), {
        "organization_id": "varchar",
        "profile_type": "varchar",
        "profile_id": "varchar",
        "account_id": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

profiles as (
    select
        organization_id,
        profile_type,
        profile_id,
        min(account_id) as account_id,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions
    from interactions
    where profile_id is not null
    group by organization_id, profile_type, profile_id
)

select
    {{ profile_key("profiles") }} as profile_key,
    profiles.organization_id,
    profiles.profile_type,
    profiles.profile_id,
    profiles.account_id,
    cast(null as varchar) as profile_name,
    profiles.first_interaction_at,
    profiles.last_interaction_at,
    profiles.interactions
from profiles
