select
    organization_id,
    business_unit_id,
    journey_id,
    journey_step_id,
    cast(entered_at as date) as entry_date,
    count(*) as inflow,
    count(*) filter (step_outcome = 'processed') as processed,
    count(*) filter (step_outcome = 'dropped_off') as dropped_off,
    count(*) filter (step_outcome = 'failed') as failed,
    count(*) filter (step_outcome = 'postponed') as postponed,
    count(*) filter (step_outcome = 'in_progress') as in_progress,
    count(distinct profile_key) as people
from steps
group by all
