-- What is counted by the day on which runs began is, over all days, what the marts without days say.
with all_time as (
    select
        (select sum(inflow) from {{ ref("agg_journey_performance") }}) as runs,
        (select sum(entered) from {{ ref("agg_journey_performance") }}) as entered,
        (select sum(completed) from {{ ref("agg_journey_performance") }}) as completed,
        (select sum(exited) from {{ ref("agg_journey_performance") }}) as exited,
        (select sum(in_progress) from {{ ref("agg_journey_performance") }}) as in_progress,
        (select sum(inflow) from {{ ref("agg_journey_funnel") }}) as steps,
        (select sum(processed) from {{ ref("agg_journey_funnel") }}) as processed,
        (select sum(dropped_off) from {{ ref("agg_journey_funnel") }}) as dropped_off,
        (select sum(exits) filter (where exit_level = 'run') from {{ ref("agg_journey_exits") }}) as run_exits,
        (select sum(exits) filter (where exit_level = 'step') from {{ ref("agg_journey_exits") }}) as step_exits
),

runs as (
    select
        sum(runs) filter (where journey_id is not null) as runs,
        sum(entered) filter (where journey_id is not null) as entered,
        sum(completed) filter (where journey_id is not null) as completed,
        sum(exited) filter (where journey_id is not null) as exited,
        sum(in_progress) filter (where journey_id is not null) as in_progress,
        sum(runs) filter (where outcome not in ('completed', 'in_progress', 'pending')) as run_exits
    from {{ ref("agg_journey_outcomes_daily") }}
),

steps as (
    select
        sum(steps) as steps,
        sum(steps) filter (where step_outcome = 'processed') as processed,
        sum(steps) filter (where step_outcome = 'dropped_off') as dropped_off,
        sum(steps) filter (where step_outcome in ('dropped_off', 'failed')) as step_exits
    from {{ ref("agg_journey_step_outcomes_daily") }}
)

select all_time.*
from all_time
cross join runs
cross join steps
where
    coalesce(all_time.runs, 0) != coalesce(runs.runs, 0)
    or coalesce(all_time.entered, 0) != coalesce(runs.entered, 0)
    or coalesce(all_time.completed, 0) != coalesce(runs.completed, 0)
    or coalesce(all_time.exited, 0) != coalesce(runs.exited, 0)
    or coalesce(all_time.in_progress, 0) != coalesce(runs.in_progress, 0)
    or coalesce(all_time.run_exits, 0) != coalesce(runs.run_exits, 0)
    or coalesce(all_time.steps, 0) != coalesce(steps.steps, 0)
    or coalesce(all_time.processed, 0) != coalesce(steps.processed, 0)
    or coalesce(all_time.dropped_off, 0) != coalesce(steps.dropped_off, 0)
    or coalesce(all_time.step_exits, 0) != coalesce(steps.step_exits, 0)
