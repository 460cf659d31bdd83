-- Who was merged into whom may form a chain: a into b, and later b into c. Each link is followed to the record that was
-- not merged itself. Records that only lead round in a circle have no such end: nobody knows who survived, so they are
-- left out here and everywhere stay who they are.
with links as (
    select
        profile_type,
        profile_id,
        merged_into_id
    from {{ ref("int_dataverse__profiles") }}
    where merged_into_id is not null
),

ends as (
    {{ ends_of_chains("links", "profile_type", "profile_id", "merged_into_id") }}
)

select
    group_key as merged_profile_type,
    id as merged_profile_id,
    end_id as surviving_profile_id
from ends
