{{ config(contract={"enforced": has_fixed_columns()}) }}
{%- set held = "interaction_types.activity_event = 'feedback_given'" %}

with interactions as (
    select * from {{ ref("int_outcome__interactions") }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

feedback as (
    select interactions.*
    from interactions
    inner join interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where {{ held }}
),

final as (
    select
        {{ interaction_key("feedback") }} as interaction_key,
        feedback.organization_id,
        feedback.business_unit_id,
        feedback.journey_engine,
        feedback.journey_id,
        feedback.journey_run_id,
        feedback.journey_step_id,
        feedback.selected_action_id,
        feedback.optimization_decision_status,
        feedback.optimization_feedback_type,
        feedback.occurred_at
    {{- added_columns("feedback", held) }}
    from feedback
)

select * from final
