select
    organization_id,
    journey_engine,
    journey_id,
    journey_step_id,
    'step' as exit_level,
    step_outcome as exit_kind,
    if(step_outcome = 'dropped_off', drop_off_type, null) as drop_off_type,
    if(step_outcome = 'dropped_off', drop_off_reason, null) as exit_reason,
    min(business_unit_id) as business_unit_id,
    count(*) as exits,
    count(distinct profile_key) as people
from steps
where step_outcome in ('dropped_off', 'failed')
group by all

union all

select
    organization_id,
    journey_engine,
    journey_id,
    null as journey_step_id,
    'run' as exit_level,
    coalesce(run_outcome, if(entry_outcome = 'failed', 'entry_failed', entry_outcome)) as exit_kind,
    null as drop_off_type,
    exit_reason,
    min(business_unit_id) as business_unit_id,
    count(*) as exits,
    count(distinct profile_key) as people
from runs
where run_outcome not in ('completed', 'in_progress') or entry_outcome in ('dropped_before_entry', 'failed', 'unresolved')
group by all
