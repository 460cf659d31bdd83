-- What the dashboard counts by the day on which runs began is, over all days, what the marts without days say.
with all_time as (
    select
        'runs' as counted,
        sum(inflow) as runs,
        sum(entered) as entered,
        sum(completed) as completed,
        sum(exited) as exited,
        sum(in_progress) as in_progress
    from {{ ref("agg_journey_performance") }}
    union all
    select
        'steps',
        sum(inflow),
        sum(processed),
        sum(dropped_off),
        sum(failed),
        sum(postponed)
    from {{ ref("agg_journey_funnel") }}
    union all
    select
        'exits',
        sum(exits) filter (where exit_level = 'run'),
        sum(exits) filter (where exit_level = 'step'),
        0,
        0,
        0
    from {{ ref("agg_journey_exits") }}
),

by_day as (
    select
        'runs' as counted,
        sum(runs) as runs,
        sum(entered) as entered,
        sum(completed) as completed,
        sum(exited) as exited,
        sum(in_progress) as in_progress
    from {{ ref("agg_journey_outcomes_daily") }}
    where journey_id is not null
    union all
    select
        'steps',
        sum(steps),
        sum(steps) filter (where step_outcome = 'processed'),
        sum(steps) filter (where step_outcome = 'dropped_off'),
        sum(steps) filter (where step_outcome = 'failed'),
        sum(steps) filter (where step_outcome = 'postponed')
    from {{ ref("agg_journey_step_outcomes_daily") }}
    union all
    select
        'exits',
        (
            select sum(runs) from {{ ref("agg_journey_outcomes_daily") }}
            where outcome not in ('completed', 'in_progress', 'pending')
        ),
        (
            select sum(steps) from {{ ref("agg_journey_step_outcomes_daily") }}
            where step_outcome in ('dropped_off', 'failed')
        ),
        0,
        0,
        0
)

select all_time.*
from all_time
inner join by_day
    on all_time.counted = by_day.counted
where
    coalesce(all_time.runs, 0) != coalesce(by_day.runs, 0)
    or coalesce(all_time.entered, 0) != coalesce(by_day.entered, 0)
    or coalesce(all_time.completed, 0) != coalesce(by_day.completed, 0)
    or coalesce(all_time.exited, 0) != coalesce(by_day.exited, 0)
    or coalesce(all_time.in_progress, 0) != coalesce(by_day.in_progress, 0)
