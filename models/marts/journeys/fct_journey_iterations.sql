{%- set iteration = ["organization_id", "journey_id", "journey_iteration_id"] -%}

with starts as (
    select
        interactions.organization_id,
        interactions.business_unit_id,
        interactions.journey_engine,
        interactions.journey_id,
        interactions.journey_iteration_id,
        {{ profile_key("interactions") }} as profile_key,
        interactions.occurred_at
    from {{ ref("int_activity__interactions") }} as interactions
        {{- join_survivors("interactions") }}
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where interaction_types.activity_event = 'iteration_started'
),

iterations as (
    select
        {{ iteration | join(", ") }},
        {{ surrogate_key(iteration) }} as journey_iteration_key,
        min(journey_engine) as journey_engine,
        min(business_unit_id) as business_unit_id,
        min(occurred_at) as started_at,
        max(occurred_at) as last_started_at,
        count(*) as start_events,
        count(distinct profile_key) as people_started
    from starts
    group by {{ iteration | join(", ") }}
),

-- The iteration is the run of outbound marketing, shared by all its people.
steps as (
    select
        {{ surrogate_key(["organization_id", "journey_id", "journey_run_id"]) }} as journey_iteration_key,
        count(distinct profile_key) as people_entered,
        count(*) as step_inflow,
        count(*) filter (where step_outcome = 'processed') as steps_processed,
        count(*) filter (where step_outcome = 'failed') as steps_failed,
        count(*) filter (where step_outcome = 'dropped_off') as steps_dropped_off,
        max(last_event_at) as last_event_at
    from {{ ref("fct_journey_steps") }}
    where journey_engine = 'outbound'
    group by organization_id, journey_id, journey_run_id
),

final as (
    select
        iterations.journey_iteration_key,
        iterations.organization_id,
        iterations.business_unit_id,
        iterations.journey_engine,
        iterations.journey_id,
        iterations.journey_iteration_id,
        iterations.started_at,
        iterations.last_started_at,
        steps.last_event_at as last_step_event_at,
        iterations.start_events,
        iterations.people_started,
        coalesce(steps.people_entered, 0) as people_entered,
        coalesce(steps.step_inflow, 0) as step_inflow,
        coalesce(steps.steps_processed, 0) as steps_processed,
        coalesce(steps.steps_failed, 0) as steps_failed,
        coalesce(steps.steps_dropped_off, 0) as steps_dropped_off
    from iterations
    left join steps
        on iterations.journey_iteration_key = steps.journey_iteration_key
)

select * from final
