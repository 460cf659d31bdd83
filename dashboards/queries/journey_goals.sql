with journeys as (
    select
        performance.journey_key,
        any_value(performance.journey_engine) as journey_engine,
        any_value(performance.journey_id) as journey_id,
        sum(performance.entered)::bigint as entered,
        any_value(performance.journey_people_entered) as journey_people_entered,
        any_value(performance.journey_people_met_goal) as journey_people_met_goal,
        any_value(performance.journey_goal_rate) as journey_goal_rate,
        any_value(performance.goal_name) as goal_name,
        any_value(performance.goal_target) as goal_target,
        any_value(performance.goal_target_unit) as goal_target_unit,
        any_value(performance.is_goal_target_met) as is_goal_target_met,
        {{ rate("sum(performance.email_engaged)", "sum(performance.email_sent)") }} as email_engagement_rate
    from marts.agg_journey_performance as performance
    where {{ journeys_chosen("performance") }}
    group by performance.journey_key
)

select
    journeys.*,
    {{ label("names.journey_name", "journeys.journey_id") }} as journey_name
from journeys
left join marts.dim_journeys as names using (journey_key)
order by journeys.journey_engine = 'outbound', journeys.entered desc, journey_name, journeys.journey_id
limit 1000
