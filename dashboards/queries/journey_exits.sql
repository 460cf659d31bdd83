-- step means journey_step_name
-- exits means runs
-- $exit_level: run or step, which may not be added up.
with exits as (
    select
        'run' as exit_level,
        null as step_key,
        null as journey_step_id,
        runs.outcome as exit_kind,
        coalesce(runs.exit_reason, 'no reason given') as exit_reason,
        runs.runs as exits
    from marts.agg_journey_outcomes_daily as runs
    where
        runs.journey_key = $journey_key
        and runs.outcome not in ('completed', 'in_progress', 'pending')
        and {{ in_period("runs.run_date") }}
    union all
    select
        'step',
        steps.step_key,
        steps.journey_step_id,
        steps.step_outcome,
        coalesce(steps.drop_off_reason, steps.drop_off_type, 'no reason given'),
        steps.steps
    from marts.agg_journey_step_outcomes_daily as steps
    where
        steps.journey_key = $journey_key
        and steps.step_outcome in ('dropped_off', 'failed')
        and {{ in_period("steps.run_date") }}
)

-- What tells exits apart is that of marts.agg_journey_exits.
select
    exits.exit_level,
    {{ step_label("names", "exits.journey_step_id") }} as step,
    exits.exit_kind,
    exits.exit_reason,
    sum(exits.exits)::bigint as exits
from exits
left join marts.dim_journey_steps as names using (step_key)
where exits.exit_level = $exit_level
group by all
order by exits desc, exits.exit_kind, exits.exit_reason, step
limit 200
