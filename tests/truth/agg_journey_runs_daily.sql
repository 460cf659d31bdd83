select
    cast(coalesce(inflow_at, entered_at) as date) as run_date,
    organization_id,
    business_unit_id,
    journey_engine,
    journey_id,
    journey_version,
    entry_outcome,
    run_outcome,
    count(*) as runs
from runs
group by all
