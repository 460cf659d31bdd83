with interactions as (
    {{ union_families(family_tables(), {
        "business_unit_id": "varchar",
        "organization_id": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

used as (
    select
        organization_id,
        business_unit_id,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions
    from interactions
    where business_unit_id is not null
    group by organization_id, business_unit_id
),

records as (
    select * from {{ ref("int_dataverse__business_units") }}
),

units as (
    select
        used.organization_id,
        coalesce(records.business_unit_id, used.business_unit_id) as business_unit_id,
        records.business_unit_name,
        records.parent_business_unit_id,
        records.is_disabled,
        records.created_at,
        records.changed_at,
        records.is_deleted,
        used.first_interaction_at,
        used.last_interaction_at,
        coalesce(used.interactions, 0) as interactions
    from records
    full outer join used
        on records.business_unit_id = used.business_unit_id
)

select
    {{ entity_key("business_unit_id") }} as business_unit_key,
    *
from units
