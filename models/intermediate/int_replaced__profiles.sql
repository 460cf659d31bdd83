-- Rows that name an id without its type are erased with whichever person has the id.
with erased as (
    select distinct
        profile_type,
        profile_id,
        pseudonym
    from {{ ref("int_erased__profiles") }}
),

merged as (
    select * from {{ ref("int_dataverse__merged_profiles") }}
)

select
    merged.merged_profile_type as profile_type,
    merged.merged_profile_id as profile_id,
    coalesce(erased.pseudonym, merged.surviving_profile_id) as replacing_profile_id,
    erased.pseudonym is not null as is_erased
from merged
left join erased
    on
        merged.merged_profile_type = erased.profile_type
        and merged.surviving_profile_id = erased.profile_id
union all
select
    erased.profile_type,
    erased.profile_id,
    erased.pseudonym as replacing_profile_id,
    true as is_erased
from erased
left join merged
    on
        erased.profile_type = merged.merged_profile_type
        and erased.profile_id = merged.merged_profile_id
where merged.merged_profile_id is null
union all
select distinct
    cast(null as varchar) as profile_type,
    erased.profile_id,
    erased.pseudonym as replacing_profile_id,
    true as is_erased
from erased
