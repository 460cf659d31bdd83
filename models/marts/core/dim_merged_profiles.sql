{{ config(materialized=view_or_own_table()) }}

-- Records of Dataverse name no organization: the one in which the surviving person has interactions counts.
with erased as (
    select distinct
        profile_type,
        profile_id,
        pseudonym
    from {{ ref("int_erased__profiles") }}
),

merged_profiles as (
    select
        merged.merged_profile_type as profile_type,
        coalesce(erased.pseudonym, merged.merged_profile_id) as merged_profile_id,
        replaced.replacing_profile_id as profile_id
    from {{ ref("int_dataverse__merged_profiles") }} as merged
    inner join {{ ref("int_replaced__profiles") }} as replaced
        on
            merged.merged_profile_type = replaced.profile_type
            and merged.merged_profile_id = replaced.profile_id
    left join erased
        on
            merged.merged_profile_type = erased.profile_type
            and merged.merged_profile_id = erased.profile_id
),

merged as (
    select
        profiles.organization_id,
        merged_profiles.profile_type,
        merged_profiles.merged_profile_id,
        profiles.profile_key,
        merged_profiles.profile_id
    from merged_profiles
    left join {{ ref("dim_profiles") }} as profiles
        on
            merged_profiles.profile_type = profiles.profile_type
            and merged_profiles.profile_id = profiles.profile_id
)

select
    {{ surrogate_key(["organization_id", "profile_type", "merged_profile_id"]) }} as merged_profile_key,
    organization_id,
    merged_profile_id,
    profile_key,
    profile_type,
    profile_id
from merged
