with profiles as (
    select
        'contact' as profile_type,
        contact_id as profile_id,
        full_name,
        state_code,
        master_id,
        is_merged,
        cast(null as string) as parent_contact_id,
        originating_lead_id,
        is_do_not_email,
        is_do_not_bulk_email,
        owning_business_unit_id,
        created_at,
        is_deleted,
        changed_at
    from (
        {{ latest_records(ref("stg_dataverse__contact"), "contact_id") }}
    ) as contacts
    union all
    select
        'lead' as profile_type,
        lead_id as profile_id,
        full_name,
        state_code,
        master_id,
        is_merged,
        parent_contact_id,
        cast(null as string) as originating_lead_id,
        is_do_not_email,
        is_do_not_bulk_email,
        owning_business_unit_id,
        created_at,
        is_deleted,
        changed_at
    from (
        {{ latest_records(ref("stg_dataverse__lead"), "lead_id") }}
    ) as leads
)

select
    profile_type,
    profile_id,
    {{ protected("full_name", "name") }} as full_name,
    state_code = 0 as is_active,
    -- A record that says it was not merged is believed, whatever else it names.
    case when coalesce(is_merged, true) and master_id != profile_id then master_id end as merged_into_id,
    -- An open lead may belong to a contact that was there before, and be about somebody else.
    case when coalesce(state_code = 1, true) then parent_contact_id end as became_contact_id,
    originating_lead_id,
    is_do_not_email,
    is_do_not_bulk_email,
    owning_business_unit_id,
    created_at,
    is_deleted,
    changed_at
from profiles
