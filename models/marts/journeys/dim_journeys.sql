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
)

select
    {{ entity_key("journey_id") }} as journey_key,
    organization_id,
    journey_id,
    business_unit_id,
    journey_engine,
    cast(null as varchar) as journey_name,
    journey_version,
    first_interaction_at,
    last_interaction_at,
    interactions
from journeys
