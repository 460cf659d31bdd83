{%- set step = ["organization_id", "journey_id", "journey_version", "journey_step_id"] -%}

with steps as {{ inline_cte() }} (
    select * from {{ ref("fct_journey_steps") }}
),

runs as (
    select * from {{ ref("fct_journey_runs") }}
),

-- Grouped by the key that stands for the step: one column is faster than three.
counted as (
    select
        step_key,
        journey_version,
        min(organization_id) as organization_id,
        min(journey_id) as journey_id,
        min(journey_step_id) as journey_step_id,
        min(business_unit_id) as business_unit_id,
        min(journey_engine) as journey_engine,
        {{ quantile("step_number", 0.5) }} as median_step_number,
        count(*) as inflow,
        count(*) filter (where step_outcome = 'processed') as processed,
        count(*) filter (where step_outcome = 'failed') as failed,
        count(*) filter (where step_outcome = 'dropped_off') as dropped_off,
        count(*) filter (where step_outcome = 'postponed') as postponed,
        count(*) filter (where step_outcome = 'in_progress') as in_progress,
        count(distinct profile_key) as people,
        {{ quantile("dwell_seconds", 0.5) }} as median_dwell_seconds,
        {{ quantile("dwell_seconds", 0.9) }} as p90_dwell_seconds
    from steps
    group by step_key, journey_version
),

-- Whoever stands at a step has entered, and every run seen at a step has exactly one first step.
entered_runs as (
    select {{ (run_grain() + ["journey_version"]) | join(", ") }}
    from steps
    where step_number = 1
    union
    select {{ (run_grain() + ["journey_version"]) | join(", ") }}
    from runs
    where entry_outcome = 'entered'
),

journeys as (
    select
        organization_id,
        journey_id,
        journey_version,
        count(*) as journey_entered_runs
    from entered_runs
    group by organization_id, journey_id, journey_version
),

drop_off_reasons as (
    select
        {{ step | join(", ") }},
        drop_off_type,
        drop_off_reason,
        count(*) as dropped_off,
        row_number() over (
            partition by {{ step | join(", ") }}
            order by count(*) desc, drop_off_type asc nulls last, drop_off_reason asc nulls last
        ) as row_number
    from steps
    where step_outcome = 'dropped_off'
    group by {{ step | join(", ") }}, drop_off_type, drop_off_reason
),

final as (
    select
        {{ surrogate_key(qualified(step, "counted")) }} as journey_funnel_key,
        counted.step_key,
        counted.organization_id,
        counted.business_unit_id,
        counted.journey_engine,
        counted.journey_id,
        counted.journey_version,
        counted.journey_step_id,
        counted.median_step_number,
        journeys.journey_entered_runs,
        counted.inflow,
        counted.processed,
        counted.failed,
        counted.dropped_off,
        counted.postponed,
        counted.in_progress,
        counted.people,
        {{ rate("counted.inflow", "journeys.journey_entered_runs") }} as reach_rate,
        {{ rate("counted.processed", "counted.inflow") }} as processed_rate,
        {{ rate("counted.dropped_off", "counted.inflow") }} as drop_off_rate,
        drop_off_reasons.drop_off_type as top_drop_off_type,
        drop_off_reasons.drop_off_reason as top_drop_off_reason,
        coalesce(drop_off_reasons.dropped_off, 0) as top_drop_offs,
        counted.median_dwell_seconds,
        counted.p90_dwell_seconds
    from counted
    inner join journeys
        on
            counted.organization_id is not distinct from journeys.organization_id
            and counted.journey_id is not distinct from journeys.journey_id
            and counted.journey_version is not distinct from journeys.journey_version
    left join drop_off_reasons
        on
            counted.organization_id is not distinct from drop_off_reasons.organization_id
            and counted.journey_id is not distinct from drop_off_reasons.journey_id
            and counted.journey_version is not distinct from drop_off_reasons.journey_version
            and counted.journey_step_id is not distinct from drop_off_reasons.journey_step_id
            and drop_off_reasons.row_number = 1
)

select * from final
