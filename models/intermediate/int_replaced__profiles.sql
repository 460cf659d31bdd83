-- Rows that name an id without its type are erased with whichever person has the id. In merges, erased people go by
-- their pseudonyms already.
with erased as (
    select distinct
        profile_type,
        pseudonym
    from {{ ref("int_erased__profiles") }}
),

merged as (
    select * from {{ ref("int_dataverse__merged_profiles") }}
)

select
    merged.merged_profile_type as profile_type,
    merged.merged_profile_id as profile_id,
    merged.surviving_profile_id as replacing_profile_id,
    {{ is_pseudonym("merged.surviving_profile_id") }} as is_erased
from merged
union all
select
    erased.profile_type,
    erased.pseudonym as profile_id,
    erased.pseudonym as replacing_profile_id,
    true as is_erased
from erased
left join merged
    on
        erased.profile_type = merged.merged_profile_type
        and erased.pseudonym = merged.merged_profile_id
where merged.merged_profile_id is null
union all
select distinct
    cast(null as varchar) as profile_type,
    erased.pseudonym as profile_id,
    erased.pseudonym as replacing_profile_id,
    true as is_erased
from erased
