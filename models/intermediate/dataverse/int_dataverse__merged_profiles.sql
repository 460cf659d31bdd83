-- Who was merged into whom may form a chain: a into b, and later b into c. Each link is followed to the record that was
-- not merged itself. Records that only lead round in a circle have no such end: nobody knows who survived, so they are
-- left out here and everywhere stay who they are.
with recursive links as (
    select
        profile_type as merged_profile_type,
        profile_id as merged_profile_id,
        merged_into_id
    from {{ ref("int_dataverse__profiles") }}
    where merged_into_id is not null
),

-- `union`, not `union all`: what was reached before isn't followed again, so that circles end.
reached as (
    select
        merged_profile_type,
        merged_profile_id,
        merged_into_id as reached_id
    from links
    union
    select
        reached.merged_profile_type,
        reached.merged_profile_id,
        links.merged_into_id as reached_id
    from reached
    inner join links
        on
            reached.merged_profile_type = links.merged_profile_type
            and reached.reached_id = links.merged_profile_id
)

select
    reached.merged_profile_type,
    reached.merged_profile_id,
    reached.reached_id as surviving_profile_id
from reached
left join links
    on
        reached.merged_profile_type = links.merged_profile_type
        and reached.reached_id = links.merged_profile_id
where links.merged_profile_id is null
