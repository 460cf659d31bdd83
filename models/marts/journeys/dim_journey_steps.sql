with interactions as (
    {{ union_families(family_tables(), {
        "interaction_type": "varchar",
        "journey_id": "varchar",
        "journey_step_id": "varchar",
        "parent_step_id": "varchar",
        "message_id": "varchar",
        "organization_id": "varchar",
        "journey_engine": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

-- Few rows leave here, so that naming the channel afterwards joins types, not events.
by_type as (
    select
        organization_id,
        journey_id,
        journey_step_id,
        interaction_type,
        min(journey_engine) as journey_engine,
        min(parent_step_id) as parent_step_id,
        min(message_id) as message_id,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions
    from interactions
    where journey_step_id is not null
    group by organization_id, journey_id, journey_step_id, interaction_type
),

steps as (
    select
        by_type.organization_id,
        by_type.journey_id,
        by_type.journey_step_id,
        min(by_type.journey_engine) as journey_engine,
        min(by_type.parent_step_id) as parent_step_id,
        min(case when interaction_types.message_event is not null then by_type.message_id end) as message_id,
        min(nullif(interaction_types.channel, 'none')) as channel,
        min(by_type.first_interaction_at) as first_interaction_at,
        max(by_type.last_interaction_at) as last_interaction_at,
        cast(sum(by_type.interactions) as bigint) as interactions
    from by_type
    left join interaction_types
        on by_type.interaction_type = interaction_types.interaction_type
    group by by_type.organization_id, by_type.journey_id, by_type.journey_step_id
)

select
    {{ step_key() }} as step_key,
    organization_id,
    journey_id,
    journey_step_id,
    journey_engine,
    parent_step_id,
    message_id,
    coalesce(channel, 'none') as channel,
    cast(null as varchar) as journey_step_name,
    first_interaction_at,
    last_interaction_at,
    interactions
from steps
