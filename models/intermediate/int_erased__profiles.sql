-- A person may be several records: whoever was merged into an erased person is erased too. A request is about a human
-- being and so about the survivor of a merge as well; a deletion is about the record alone. Ids become pseudonyms at
-- once, for some are nothing else any more.
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
            {{ pseudonym(profile_id) }} as pseudonym
        from {{ ref(model_name) }}
        where {{ "true" if var("erase_deleted_people") else "false" }}
    ),

{% endfor -%}
requested as (
    select
        organization_id,
        profile_type,
        {{ pseudonym("profile_id") }} as pseudonym
    from (
        {{ erasure_requests() }}
    ) as requests
),

merged as (
    select
        merged_profile_type as profile_type,
        {{ pseudonym("merged_profile_id") }} as merged_pseudonym,
        {{ pseudonym("surviving_profile_id") }} as surviving_pseudonym
    from {{ ref("int_dataverse__merged_profiles") }}
),

arrived as (
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
        merged.surviving_pseudonym as pseudonym,
        'request' as erased_by
    from requested
    inner join merged
        on
            requested.profile_type = merged.profile_type
            and requested.pseudonym = merged.merged_pseudonym
),

named as (
    select
        *,
        cast({{ this_load() }} as bigint) as load_number
    from arrived
    where pseudonym is not null and profile_type in ('contact', 'lead', 'profile')
    {%- if adds_to_earlier_loads() %}
        -- Who was erased stays erased, whatever became of the event or the request.
        union all
        select
            organization_id,
            profile_type,
            pseudonym,
            erased_by,
            load_number
        from {{ this }}
    {%- endif %}
),

erased as (
    select * from named
    union all
    select
        named.organization_id,
        named.profile_type,
        merged.merged_pseudonym as pseudonym,
        named.erased_by,
        cast({{ this_load() }} as bigint) as load_number
    from named
    inner join merged
        on
            named.profile_type = merged.profile_type
            and named.pseudonym = merged.surviving_pseudonym
)

select
    organization_id,
    profile_type,
    pseudonym,
    max(erased_by) as erased_by,
    min(load_number) as load_number
from erased
group by organization_id, profile_type, pseudonym
