{{ config(materialized="view") }}

with merged as (
    select
        merged_profile_type as profile_type,
        merged_profile_id,
        surviving_profile_id as profile_id
    from {{ ref("int_dataverse__merged_profiles") }}
)

select
    {{ surrogate_key(["merged.profile_type", "merged.merged_profile_id"]) }} as merged_profile_key,
    merged.merged_profile_id,
    {{ profile_key("merged") }} as profile_key,
    merged.profile_type,
    merged.profile_id
from merged
