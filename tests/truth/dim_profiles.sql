-- Which people there are is for the oracle to say; here it is about what their records say.
select
    people.profile_type,
    people.profile_id,
    if(
        known.became_contact_id is null,
        people.profile_key,
        md5(concat_ws(chr(31), people.organization_id, 'contact', known.became_contact_id))
    ) as person_key,
    cast(null as varchar) as profile_name,
    known.is_active,
    known.is_do_not_email,
    known.is_do_not_bulk_email,
    known.owning_business_unit_id,
    known.is_deleted,
    coalesce(known.merged_profiles, 0) as merged_profiles
from warehouse.marts.dim_profiles as people
left join profiles as known
    on people.profile_type = known.profile_type and people.profile_id = known.profile_id
