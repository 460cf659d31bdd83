{%- set own_key = surrogate_key(["profiles.organization_id", "profiles.profile_type", "profiles.profile_id"]) -%}

with interactions as (
    {{ union_families(family_tables(), {
        "organization_id": "varchar",
        "profile_type": "varchar",
        "profile_id": "varchar",
        "account_id": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

addressed as (
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
),

people as (
    select
        addressed.*,
        {{ surviving_profile_id("addressed") }} as person_id
    from addressed
    {{- join_survivors("addressed") }}
),

profiles as (
    select
        organization_id,
        profile_type,
        person_id as profile_id,
        min(account_id) as account_id,
        min(first_interaction_at) as first_interaction_at,
        max(last_interaction_at) as last_interaction_at,
        cast(sum(interactions) as bigint) as interactions
    from people
    group by organization_id, profile_type, person_id
),

records as (
    select * from {{ ref("int_dataverse__profiles") }}
),

qualified_leads as (
    select * from {{ ref("int_dataverse__qualified_leads") }}
),

merged as (
    select
        merged_profile_type,
        surviving_profile_id,
        count(*) as merged_profiles
    from {{ ref("int_dataverse__merged_profiles") }}
    group by merged_profile_type, surviving_profile_id
)

select
    {{ own_key }} as profile_key,
    case
        when qualified_leads.contact_id is null then {{ own_key }}
        else {{ surrogate_key(["profiles.organization_id", "'contact'", "qualified_leads.contact_id"]) }}
    end as person_key,
    profiles.organization_id,
    profiles.profile_type,
    profiles.profile_id,
    profiles.account_id,
    {{ "records.full_name" if var("profile_names") else "cast(null as string)" }} as profile_name,
    records.is_active,
    records.is_do_not_email,
    records.is_do_not_bulk_email,
    records.owning_business_unit_id,
    records.created_at,
    records.changed_at,
    records.is_deleted,
    {{ is_pseudonym("profiles.profile_id") }} as is_erased,
    coalesce(merged.merged_profiles, 0) as merged_profiles,
    profiles.first_interaction_at,
    profiles.last_interaction_at,
    profiles.interactions
from profiles
left join records
    on
        profiles.profile_type = records.profile_type
        and profiles.profile_id = records.profile_id
        and not {{ is_pseudonym("records.profile_id") }}
left join merged
    on
        profiles.profile_type = merged.merged_profile_type
        and profiles.profile_id = merged.surviving_profile_id
left join qualified_leads
    on
        profiles.profile_type = 'lead'
        and profiles.profile_id = qualified_leads.lead_id
