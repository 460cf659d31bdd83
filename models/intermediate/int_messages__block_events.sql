with interactions as (
    {{ union_families(message_family_tables() + [ref("int_activity__interactions")], {
        "interaction_type": "varchar",
        "organization_id": "varchar",
        "business_unit_id": "varchar",
        "journey_engine": "varchar",
        "profile_type": "varchar",
        "profile_id": "varchar",
        "journey_id": "varchar",
        "journey_run_id": "varchar",
        "journey_step_id": "varchar",
        "message_id": "varchar",
        "blocked_reason": "varchar",
        "reason": "varchar",
        "reason_detail": "varchar",
        "category": "varchar",
        "details": "varchar",
        "occurred_at": "timestamp",
    }) }}
)

select
    interactions.interaction_type,
    interaction_types.channel,
    interaction_types.is_umbrella_block,
    interactions.organization_id,
    interactions.business_unit_id,
    interactions.journey_engine,
    interactions.profile_type,
    interactions.profile_id,
    interactions.journey_id,
    interactions.journey_run_id,
    interactions.journey_step_id,
    interactions.message_id,
    coalesce(
        interactions.blocked_reason,
        interactions.reason,
        interactions.reason_detail,
        interactions.category,
        interactions.details
    ) as raw_reason,
    interactions.occurred_at
from interactions
inner join {{ ref("interaction_types") }} as interaction_types
    on interactions.interaction_type = interaction_types.interaction_type
where interaction_types.message_event = 'blocked'
