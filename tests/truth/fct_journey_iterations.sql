select
    organization_id,
    journey_id,
    journey_run_id as journey_iteration_id,
    min(started_at) as started_at,
    max(started_at) as last_started_at,
    count(*) as start_events,
    count(distinct profile_key) as people_started,
    any_value(visits.people_entered) as people_entered,
    any_value(visits.step_inflow) as step_inflow,
    any_value(visits.steps_processed) as steps_processed,
    any_value(visits.steps_failed) as steps_failed,
    any_value(visits.steps_dropped_off) as steps_dropped_off
from iteration_starts
left join (
    select
        organization_id,
        journey_id,
        journey_run_id,
        count(distinct profile_key) as people_entered,
        count(*) as step_inflow,
        count(*) filter (step_outcome = 'processed') as steps_processed,
        count(*) filter (step_outcome = 'failed') as steps_failed,
        count(*) filter (step_outcome = 'dropped_off') as steps_dropped_off
    from steps
    group by all
) as visits using (organization_id, journey_id, journey_run_id)
group by organization_id, journey_id, journey_run_id
