with journeys as (
    select
        performance.journey_key,
        performance.organization_id,
        performance.journey_id,
        any_value(performance.journey_engine) as journey_engine,
        sum(performance.inflow)::bigint as inflow,
        sum(performance.entered)::bigint as entered,
        sum(performance.completed)::bigint as completed,
        sum(performance.exited)::bigint as exited,
        sum(performance.in_progress)::bigint as in_progress,
        {{ rate("sum(performance.completed)", "sum(performance.entered)") }} as completion_rate,
        {{ rate("sum(performance.exited)", "sum(performance.entered)") }} as exit_rate,
        any_value(performance.journey_people_met_goal) as journey_people_met_goal,
        any_value(performance.journey_goal_rate) as journey_goal_rate,
        any_value(performance.goal_name) as goal_name,
        any_value(performance.goal_target) as goal_target,
        any_value(performance.goal_target_unit) as goal_target_unit,
        any_value(performance.is_goal_target_met) as is_goal_target_met,
        {{ rate("sum(performance.email_engaged)", "sum(performance.email_sent)") }} as email_engagement_rate
    from marts.agg_journey_performance as performance
    where {{ journeys_chosen("performance") }}
    group by performance.journey_key, performance.organization_id, performance.journey_id
)

select
    journeys.*,
    -- Outbound marketing doesn't tell how a run ends.
    journeys.journey_engine != 'outbound' as has_completed,
    journeys.journey_engine != 'outbound' as has_exited,
    journeys.journey_engine != 'outbound' as has_completion_rate,
    journeys.journey_engine != 'outbound' as has_exit_rate,
    names.journey_state,
    {{ label("names.journey_name", "journeys.journey_id") }} as journey_name
from journeys
left join marts.dim_journeys as names using (journey_key)
order by journeys.journey_engine = 'outbound', journeys.entered desc, journey_name, journeys.journey_id
limit 1000
