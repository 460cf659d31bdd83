select
    cast(coalesce(runs.inflow_at, runs.entered_at, firsts.entered_at) as date) as run_date,
    steps.organization_id,
    steps.journey_id,
    steps.journey_version,
    steps.journey_step_id,
    steps.step_outcome,
    if(steps.step_outcome = 'dropped_off', steps.drop_off_type, null) as drop_off_type,
    if(steps.step_outcome = 'dropped_off', steps.drop_off_reason, null) as drop_off_reason,
    count(*) as steps
from steps
left join steps as firsts
    on
        steps.organization_id = firsts.organization_id
        and steps.journey_id = firsts.journey_id
        and steps.journey_run_id = firsts.journey_run_id
        and steps.profile_type is not distinct from firsts.profile_type
        and steps.profile_id is not distinct from firsts.profile_id
        and firsts.step_number = 1
left join runs
    on
        steps.organization_id = runs.organization_id
        and steps.journey_id = runs.journey_id
        and steps.journey_run_id = runs.journey_run_id
        and steps.profile_type is not distinct from runs.profile_type
        and steps.profile_id is not distinct from runs.profile_id
group by all
