with interactions as (
    {{ union_families(family_tables(), {
        "interaction_type": "varchar",
        "message_id": "varchar",
        "organization_id": "varchar",
        "business_unit_id": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

-- Few rows leave here, so that naming the channel afterwards joins types, not events.
by_type as (
    select
        message_id,
        interaction_type,
        min(organization_id) as organization_id,
        min(business_unit_id) as business_unit_id,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions
    from interactions
    where message_id is not null
    group by message_id, interaction_type
),

-- Steps, forms and surveys name the message too; only what happens to the message itself tells its channel.
messages as (
    select
        by_type.message_id,
        min(case when interaction_types.message_event is not null then interaction_types.channel end) as channel,
        min(by_type.organization_id) as organization_id,
        min(by_type.business_unit_id) as business_unit_id,
        min(by_type.first_interaction_at) as first_interaction_at,
        max(by_type.last_interaction_at) as last_interaction_at,
        cast(sum(by_type.interactions) as bigint) as interactions
    from by_type
    left join interaction_types
        on by_type.interaction_type = interaction_types.interaction_type
    group by by_type.message_id
)

select
    message_id,
    coalesce(channel, 'none') as channel,
    organization_id,
    business_unit_id,
    cast(null as varchar) as message_name,
    first_interaction_at,
    last_interaction_at,
    interactions
from messages
