select
    cast(coalesce(inflow_at, entered_at) as date) as run_date,
    organization_id,
    business_unit_id,
    journey_engine,
    journey_id,
    journey_version,
    entry_outcome,
    run_outcome,
    count(*) as runs,
    count(*) filter (entry_outcome = 'entered') as entered,
    count(*) filter (run_outcome = 'completed') as completed,
    count(*) filter (run_outcome not in ('completed', 'in_progress')) as exited
from runs
group by all
