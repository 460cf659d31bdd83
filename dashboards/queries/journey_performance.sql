with journeys as (
    select
        runs.journey_key,
        sum(runs.runs)::bigint as inflow,
        sum(runs.entered)::bigint as entered,
        sum(runs.completed)::bigint as completed,
        sum(runs.exited)::bigint as exited,
        sum(runs.in_progress)::bigint as in_progress,
        {{ rate("sum(runs.completed)", "sum(runs.entered)") }} as completion_rate,
        {{ rate("sum(runs.exited)", "sum(runs.entered)") }} as exit_rate
    from marts.agg_journey_outcomes_daily as runs
    -- The rates are those of marts.agg_journey_performance.
    where {{ in_period("runs.run_date") }}
    group by runs.journey_key
)

select
    journeys.*,
    names.journey_engine,
    -- Outbound marketing doesn't tell how a run ends.
    names.journey_engine != 'outbound' as has_completed,
    names.journey_engine != 'outbound' as has_exited,
    names.journey_engine != 'outbound' as has_completion_rate,
    names.journey_engine != 'outbound' as has_exit_rate,
    names.journey_state,
    {{ label("names.journey_name", "names.journey_id") }} as journey_name
from journeys
inner join marts.dim_journeys as names using (journey_key)
where {{ journeys_chosen("names") }}
order by names.journey_engine = 'outbound', journeys.entered desc, journey_name, names.journey_id
limit 1000
