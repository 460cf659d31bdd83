with interactions as (
    {{ union_families(family_tables(), {
        "journey_id": "varchar",
        "organization_id": "varchar",
        "business_unit_id": "varchar",
        "journey_engine": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

journeys as (
    select
        organization_id,
        journey_id,
        min(business_unit_id) as business_unit_id,
        min(journey_engine) as journey_engine,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions
    from interactions
    where journey_id is not null
    group by organization_id, journey_id
),

said_versions as (
    select distinct
        organization_id,
        journey_id,
        journey_version
    from {{ ref("int_journey__interactions") }}
    where journey_version is not null
),

versions as (
    select
        organization_id,
        journey_id,
        {{ greatest_version("journey_version") }} as journey_version
    from said_versions
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
    versions.journey_version,
    records.base_version_journey_id,
    records.journey_version_number,
    records.is_superseded,
    records.goal_name,
    records.goal_target,
    records.goal_target_unit,
    records.starts_at,
    records.ends_at,
    records.created_at,
    records.changed_at,
    records.is_deleted,
    journeys.first_interaction_at,
    journeys.last_interaction_at,
    journeys.interactions
from journeys
left join versions
    on
        journeys.organization_id is not distinct from versions.organization_id
        and journeys.journey_id = versions.journey_id
left join records
    on journeys.journey_id = records.journey_id
