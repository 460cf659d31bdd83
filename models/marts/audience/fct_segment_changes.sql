{{ config(materialized="view") }}

with interactions as (
    select
        interactions.*,
        interaction_types.activity_event as change_type
    from {{ ref("int_audience__interactions") }} as interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where interaction_types.activity_event is not null
),

final as (
    select
        {{ interaction_key("interactions") }} as interaction_key,
        interaction_type,
        change_type,
        organization_id,
        business_unit_id,
        journey_engine,
        segment_id,
        {{ profile_key("interactions") }} as profile_key,
        profile_type,
        profile_id,
        journey_id,
        journey_run_id,
        journey_step_id,
        message_id,
        form_submission_id,
        relationship_operator_action,
        result,
        members,
        occurred_at
    from interactions
)

select * from final
