-- Records of Dataverse name no organization: the one in which the surviving person has interactions counts.
with merged_profiles as (
    select
        merged_profile_type as profile_type,
        merged_profile_id,
        surviving_profile_id as profile_id
    from {{ ref("int_dataverse__merged_profiles") }}
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
