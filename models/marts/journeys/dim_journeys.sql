with interactions as (
    {{ union_families(family_tables(), {
        "journey_id": "varchar",
        "organization_id": "varchar",
        "business_unit_id": "varchar",
        "journey_engine": "varchar",
        "journey_version": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

journeys as (
    select
        organization_id,
        journey_id,
        min(business_unit_id) as business_unit_id,
        min(journey_engine) as journey_engine,
        max(journey_version) as journey_version,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions
    from interactions
    where journey_id is not null
    group by organization_id, journey_id
),

records as (
    select * from {{ ref("int_dataverse__journeys") }}
)

select
    {{ entity_key("journey_id", "journeys") }} as journey_key,
    journeys.organization_id,
    journeys.journey_id,
    journeys.business_unit_id,
    journeys.journey_engine,
    records.journey_name,
    records.journey_state,
    records.journey_trigger,
    journeys.journey_version,
    records.starts_at,
    records.ends_at,
    records.created_at,
    records.changed_at,
    records.is_deleted,
    journeys.first_interaction_at,
    journeys.last_interaction_at,
    journeys.interactions
from journeys
left join records
    on journeys.journey_id = records.journey_id
