select
    performance.journey_version,
    performance.inflow,
    performance.entered,
    performance.completed,
    performance.exited,
    performance.in_progress,
    performance.completion_rate,
    performance.exit_rate,
    performance.people_entered,
    performance.people_met_goal,
    performance.goal_rate
from marts.agg_journey_performance as performance
where performance.journey_key = $journey_key
order by try_cast(performance.journey_version as bigint) desc nulls last, performance.journey_version desc
