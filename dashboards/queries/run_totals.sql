-- The rates are those of marts.agg_journey_performance.
select
    sum(runs.runs)::bigint as runs,
    sum(runs.entered)::bigint as entered,
    sum(runs.completed)::bigint as completed,
    sum(runs.exited)::bigint as exited,
    {{ rate("sum(runs.entered)", "sum(runs.runs)") }} as entry_rate,
    {{ rate("sum(runs.completed)", "sum(runs.entered)") }} as completion_rate,
    {{ rate("sum(runs.exited)", "sum(runs.entered)") }} as exit_rate
from marts.agg_journey_runs_daily as runs
where {{ in_period("runs.run_date") }} and {{ journeys_chosen("runs") }}
