{{ config(materialized="view") }}

with records as (
    {%- for profile_type in ("contact", "lead") %}
    {%- set staged = ref("stg_dataverse__" ~ profile_type) %}
    select
        '{{ profile_type }}' as profile_type,
        {{ profile_type }}_id as profile_id,
        full_name,
        state_code,
        master_id,
        is_merged,
        is_do_not_email,
        is_do_not_bulk_email,
        owning_business_unit_id,
        created_at,
        is_deleted,
        changed_at
    from (
        {{ latest_records(staged, profile_type ~ "_id") }}
    ) as {{ profile_type }}_records
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}
)

select
    profile_type,
    profile_id,
    full_name,
    state_code = 0 as is_active,
    -- A record that says it was not merged is believed, whatever else it names.
    case when coalesce(is_merged, true) and master_id != profile_id then master_id end as merged_into_id,
    is_do_not_email,
    is_do_not_bulk_email,
    owning_business_unit_id,
    created_at,
    is_deleted,
    changed_at
from records
