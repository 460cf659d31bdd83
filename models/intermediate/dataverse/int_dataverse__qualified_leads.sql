{{ config(materialized="view") }}

-- A view, so that what an erasure does to the records holds here at once. No view of this project names a catalog, so
-- that the database file can be renamed, copied or attached under another name, as BI tools do.
with profiles as (
    select * from {{ ref("int_dataverse__profiles").include(database=false) }}
),

merged as (
    select * from {{ ref("int_dataverse__merged_profiles").include(database=false) }}
),

-- Either record may name the other one. What the lead says comes first, for several contacts may name one lead.
named as (
    select
        profile_id as lead_id,
        became_contact_id as contact_id,
        1 as named_by
    from profiles
    where became_contact_id is not null
    union all
    select
        originating_lead_id as lead_id,
        profile_id as contact_id,
        2 as named_by
    from profiles
    where originating_lead_id is not null
),

-- Of several leads that were merged, the survivor's own contact counts before those of the others.
today as (
    select
        coalesce(leads.surviving_profile_id, named.lead_id) as lead_id,
        coalesce(contacts.surviving_profile_id, named.contact_id) as contact_id,
        row_number() over (
            partition by coalesce(leads.surviving_profile_id, named.lead_id)
            order by
                case when leads.merged_profile_id is null then 0 else 1 end,
                named.named_by,
                coalesce(contacts.surviving_profile_id, named.contact_id)
        ) as row_number
    from named
    left join merged as leads
        on
            leads.merged_profile_type = 'lead'
            and named.lead_id = leads.merged_profile_id
    left join merged as contacts
        on
            contacts.merged_profile_type = 'contact'
            and named.contact_id = contacts.merged_profile_id
)

select
    lead_id,
    contact_id
from today
where row_number = 1
