{{ config(contract={"enforced": has_fixed_columns()}) }}
{%- set held = "interaction_types.activity_event in ('record_created', 'record_updated', 'record_scored')" %}

with interactions as (
    {{ union_families([ref("int_outcome__interactions"), ref("int_activity__interactions")], interaction_columns({
        "workflow_id": "varchar",
        "record_id": "varchar",
        "binding_id": "varchar",
        "action_name": "varchar",
        "audience_name": "varchar",
        "action_status": "varchar",
        "reason": "varchar",
        "boost_value": "bigint",
    })) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

final as (
    select
        {{ interaction_key("interactions") }} as interaction_key,
        interactions.interaction_type,
        case interaction_types.activity_event
            when 'record_created' then 'created'
            when 'record_updated' then 'updated'
            when 'record_scored' then 'score_boosted'
        end as change_type,
        interactions.organization_id,
        interactions.business_unit_id,
        interactions.journey_engine,
        {{ profile_key("interactions") }} as profile_key,
        interactions.profile_type,
        interactions.profile_id,
        interactions.journey_id,
        interactions.journey_run_id,
        interactions.journey_step_id,
        interactions.message_id,
        interactions.workflow_id,
        interactions.record_id,
        interactions.binding_id,
        interactions.action_name,
        interactions.audience_name,
        interactions.action_status as change_status,
        interactions.reason,
        interactions.boost_value,
        interactions.occurred_at
    {{- added_columns("interactions", held) }}
    from interactions
        {{- join_survivors("interactions") }}
    inner join interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where {{ held }}
)

select * from final
