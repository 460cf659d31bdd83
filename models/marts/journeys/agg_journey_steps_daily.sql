select
    {{ surrogate_key(["journey_id", "journey_step_id", "cast(entered_at as date)"]) }} as journey_steps_daily_key,
    journey_id,
    journey_step_id,
    cast(entered_at as date) as entry_date,
    count(*) as inflow,
    count(*) filter (where step_outcome = 'processed') as processed,
    count(*) filter (where step_outcome = 'dropped_off') as dropped_off,
    count(*) filter (where step_outcome = 'failed') as failed,
    count(*) filter (where step_outcome = 'postponed') as postponed,
    count(*) filter (where step_outcome = 'in_progress') as in_progress,
    count(distinct profile_key) as people,
    {{ quantile("dwell_seconds", 0.5) }} as median_dwell_seconds,
    {{ quantile("dwell_seconds", 0.9) }} as p90_dwell_seconds
from {{ ref("fct_journey_steps") }}
group by journey_id, journey_step_id, cast(entered_at as date)
