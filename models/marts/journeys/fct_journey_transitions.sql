{{ config(
    materialized=materialized_of_what_grows(),
    incremental_strategy="restate",
    meta={"restate_subject": "journey", "restate_from": ["fct_journey_steps"]}
) }}

with steps as (
    select
        *,
        case step_outcome
            when 'processed' then processed_at
            when 'failed' then failed_at
            when 'dropped_off' then dropped_off_at
        end as left_at
    from {{ ref("fct_journey_steps") }}
    {%- if adds_to_earlier_loads() %}
        where {{ is_dirty() }}
    {%- endif %}
),

paired as (
    select
        *,
        lag(journey_step_key) over run_steps as from_journey_step_key,
        lag(journey_step_id) over run_steps as from_step_id,
        lag(step_outcome) over run_steps as from_step_outcome,
        lag(left_at) over run_steps as from_left_at,
        lag(entered_at) over run_steps as from_entered_at
    from steps
    window run_steps as (partition by {{ run_grain() | join(", ") }} order by step_number)
),

final as (
    select
        journey_step_key as journey_transition_key,
        from_journey_step_key,
        journey_step_key as to_journey_step_key,
        organization_id,
        business_unit_id,
        journey_engine,
        journey_id,
        journey_run_id,
        profile_key,
        profile_type,
        profile_id,
        from_step_id,
        journey_step_id as to_step_id,
        from_step_outcome,
        from_left_at as left_at,
        entered_at as occurred_at,
        {{ seconds_between("from_entered_at", "entered_at") }} as seconds_between,
        step_number - 1 as transition_number,
        parent_step_id = from_step_id as is_designed_route,
        load_number
    from paired
    where step_number > 1
)

select * from final
