-- period_start means run_date
-- outcome means run_outcome
-- $step: day, week or month.
select
    date_trunc($step, runs.run_date)::date as period_start,
    coalesce(runs.run_outcome, runs.entry_outcome) as outcome,
    sum(runs.runs)::bigint as runs
from marts.agg_journey_runs_daily as runs
where runs.run_date is not null and {{ in_period("runs.run_date") }} and {{ journeys_chosen("runs") }}
group by all
order by period_start, outcome
