{{ config(contract={"enforced": has_fixed_columns()}) }}
{%- set held = "interaction_types.interaction_family = 'audience' and interaction_types.activity_event is not null" %}

with interactions as (
    select
        interactions.*,
        interaction_types.activity_event as change_type
    from {{ ref("int_audience__interactions") }} as interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where {{ held }}
),

final as (
    select
        {{ interaction_key("interactions") }} as interaction_key,
        interactions.interaction_type,
        interactions.change_type,
        interactions.organization_id,
        interactions.business_unit_id,
        interactions.journey_engine,
        interactions.segment_id,
        {{ profile_key("interactions") }} as profile_key,
        interactions.profile_type,
        interactions.profile_id,
        interactions.journey_id,
        interactions.journey_run_id,
        interactions.journey_step_id,
        interactions.message_id,
        interactions.form_submission_id,
        interactions.relationship_operator_action,
        interactions.result,
        interactions.members,
        interactions.occurred_at
    {{- added_columns("interactions", held) }}
    from interactions
    {{- join_survivors("interactions") }}
)

select * from final
