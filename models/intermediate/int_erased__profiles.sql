-- A person may be several records: whoever was merged into an erased person is erased too. A request is about a human
-- being and so about the survivor of a merge as well; a deletion is about the record alone.
{%- set deletions = {
    "stg_cij__contact_deleted": ("'contact'", "deleted_contact_id"),
    "stg_cij__entity_deleted": (normalized_profile_type("deleted_entity_type"), "deleted_entity_id"),
} %}
with
{% for model_name, (profile_type, profile_id) in deletions.items() -%}
    {{ model_name | replace("stg_cij__", "") }} as (
        select
            organization_id,
            {{ profile_type }} as profile_type,
            {{ profile_id }} as profile_id
        from {{ ref(model_name) }}
        where {{ "true" if var("erase_deleted_people") else "false" }}
    ),

{% endfor -%}
requested as (
    {{ erasure_requests() }}
),

merged as (
    select * from {{ ref("int_dataverse__merged_profiles") }}
),

named as (
    select
        *,
        'deletion' as erased_by
    from contact_deleted
    union all
    select
        *,
        'deletion' as erased_by
    from entity_deleted
    union all
    select
        *,
        'request' as erased_by
    from requested
    union all
    select
        requested.organization_id,
        requested.profile_type,
        merged.surviving_profile_id as profile_id,
        'request' as erased_by
    from requested
    inner join merged
        on
            requested.profile_type = merged.merged_profile_type
            and requested.profile_id = merged.merged_profile_id
),

united as (
    select * from named
    union all
    select
        named.organization_id,
        named.profile_type,
        merged.merged_profile_id as profile_id,
        named.erased_by
    from named
    inner join merged
        on
            named.profile_type = merged.merged_profile_type
            and named.profile_id = merged.surviving_profile_id
),

erased as (
    select
        organization_id,
        profile_type,
        profile_id,
        {{ pseudonym("profile_id") }} as pseudonym,
        erased_by,
        cast({{ this_load() }} as bigint) as load_number
    from united
    where profile_id is not null and profile_type in ('contact', 'lead', 'profile')
    {%- if adds_to_earlier_loads() %}
        -- Who was erased stays erased, whatever became of the event or the request.
        union all
        select *
        from {{ this }}
    {%- endif %}
)

select
    organization_id,
    profile_type,
    profile_id,
    pseudonym,
    max(erased_by) as erased_by,
    min(load_number) as load_number
from erased
group by organization_id, profile_type, profile_id, pseudonym
