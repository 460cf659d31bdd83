-- A person may be several records: whoever was merged into an erased person is erased too. A request is about a human
-- being and so about the survivor of a merge as well; a deletion is about the record alone: where that has a survivor,
-- only its id goes. Ids become pseudonyms at once, for some are nothing else any more.
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
        profile_type,
        {{ pseudonym("profile_id") }} as merged_pseudonym,
        {{ pseudonym("surviving_profile_id") }} as surviving_pseudonym
    from {{ ref("int_dataverse__survivors") }}
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
),

-- The human being lives on as somebody who isn't erased.
survived as (
    select
        merged.profile_type,
        merged.merged_pseudonym as pseudonym
    from merged
    left join erased
        on
            merged.profile_type = erased.profile_type
            and merged.surviving_pseudonym = erased.pseudonym
    where erased.pseudonym is null
),

people as (
    select
        erased.organization_id,
        erased.profile_type,
        erased.pseudonym,
        max(erased.erased_by) as erased_by,
        min(erased.load_number) as load_number,
        bool_or(survived.pseudonym is not null) as has_survivor
    from erased
    left join survived
        on
            erased.profile_type = survived.profile_type
            and erased.pseudonym = survived.pseudonym
    group by erased.organization_id, erased.profile_type, erased.pseudonym
),

final as (
    {%- if adds_to_earlier_loads() %}
        -- What was taken out doesn't come back; what a survivor had kept goes in the load that tells of the end of it.
        select
            people.organization_id,
            people.profile_type,
            people.pseudonym,
            people.erased_by,
            people.has_survivor and coalesce(known.has_survivor, true) as has_survivor,
            case
                when known.has_survivor and not people.has_survivor then cast({{ this_load() }} as bigint)
                else people.load_number
            end as load_number
        from people
        left join {{ this }} as known
            on
                people.organization_id is not distinct from known.organization_id
                and people.profile_type = known.profile_type
                and people.pseudonym = known.pseudonym
    {%- else %}
        select
            organization_id,
            profile_type,
            pseudonym,
            erased_by,
            has_survivor,
            load_number
        from people
    {%- endif %}
)

select * from final
