{%- set columns = event_columns({
    "business_unit_id": "varchar",
    "blocked_reason": "varchar",
    "reason": "varchar",
    "reason_detail": "varchar",
    "category": "varchar",
    "details": "varchar",
}) -%}

with interactions as (
    {{ union_families(message_family_tables() + [ref("int_activity__interactions")], columns) }}
),

placed as (
    {{ under_attempts("interactions", columns.keys() | list) }}
)

select
    placed.interaction_type,
    interaction_types.channel,
    interaction_types.is_umbrella_block,
    placed.organization_id,
    placed.business_unit_id,
    placed.journey_engine,
    placed.profile_type,
    placed.profile_id,
    placed.journey_id,
    placed.journey_run_id,
    placed.journey_step_id,
    placed.message_id,
    placed.attempt,
    coalesce(
        placed.blocked_reason,
        placed.reason,
        placed.reason_detail,
        placed.category,
        placed.details
    ) as raw_reason,
    placed.occurred_at
from placed
inner join {{ ref("interaction_types") }} as interaction_types
    on placed.interaction_type = interaction_types.interaction_type
where interaction_types.message_event = 'blocked'
