{%- set step = ["organization_id", "journey_id", "journey_step_id"] -%}
{%- set least_with_and_without_goal = 5 -%}

with interactions as (
    select * from {{ ref("int_outcome__interactions") }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

outcomes as (
    select
        interactions.*,
        interaction_types.activity_event,
        {{ surrogate_key(qualified(step_grain(), "interactions")) }} as participant_key
    from interactions
    inner join interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where interaction_types.activity_event in ('assigned', 'experiment_goal_reached')
),

-- Of several assignments of one participant the first that names a variant counts.
assignments as (
    select
        *,
        row_number() over (
            partition by participant_key
            order by
                case when selected_action_version is null then 1 else 0 end,
                occurred_at nulls last,
                selected_action_version
        ) as assignment_number
    from outcomes
    where activity_event = 'assigned'
),

winners as (
    select distinct participant_key
    from outcomes
    where activity_event = 'experiment_goal_reached'
),

variants as (
    select
        {{ qualified(step, "assignments") | join(", ") }},
        assignments.selected_action_version,
        {{ surrogate_key(qualified(step + ["selected_action_version"], "assignments")) }} as experiment_variant_key,
        min(assignments.business_unit_id) as business_unit_id,
        count(*) as participants,
        count(distinct {{ profile_key("assignments") }}) as people,
        count(winners.participant_key) as goals,
        min(assignments.occurred_at) as first_assigned_at,
        max(assignments.occurred_at) as last_assigned_at
    from assignments
        {{- join_survivors("assignments") }}
    left join winners
        on assignments.participant_key = winners.participant_key
    where assignments.assignment_number = 1
    group by {{ qualified(step + ["selected_action_version"], "assignments") | join(", ") }}
),

with_rates as (
    select
        *,
        {{ rate("goals", "participants") }} as goal_rate,
        {{ wilson_lower("goals", "participants") }} as goal_rate_lower,
        {{ wilson_upper("goals", "participants") }} as goal_rate_upper
    from variants
),

-- Participants whose variant is unknown are no variant to compare with.
rivals as (
    select
        with_rates.experiment_variant_key,
        max(rival_rates.goal_rate_upper) as highest_upper
    from with_rates
    inner join with_rates as rival_rates
        on
            with_rates.organization_id is not distinct from rival_rates.organization_id
            and with_rates.journey_id is not distinct from rival_rates.journey_id
            and with_rates.journey_step_id is not distinct from rival_rates.journey_step_id
            and with_rates.selected_action_version != rival_rates.selected_action_version
    group by with_rates.experiment_variant_key
),

final as (
    select
        with_rates.experiment_variant_key,
        with_rates.organization_id,
        with_rates.business_unit_id,
        with_rates.journey_id,
        with_rates.journey_step_id,
        {{ step_key("with_rates") }} as step_key,
        with_rates.selected_action_version,
        with_rates.participants,
        with_rates.people,
        with_rates.goals,
        with_rates.goal_rate,
        with_rates.goal_rate_lower,
        with_rates.goal_rate_upper,
        (
            with_rates.participants < {{ var("experiment_minimum_participants") }}
            or with_rates.goals < {{ least_with_and_without_goal }}
            or with_rates.participants - with_rates.goals < {{ least_with_and_without_goal }}
        ) as is_sample_too_small,
        coalesce(with_rates.goal_rate_lower > rivals.highest_upper, false) as is_leading,
        with_rates.first_assigned_at,
        with_rates.last_assigned_at
    from with_rates
    left join rivals
        on with_rates.experiment_variant_key = rivals.experiment_variant_key
)

select * from final
