-- Each step with its predecessor, found by number and not by looking back.
select
    cast(coalesce(runs.inflow_at, runs.entered_at, firsts.entered_at) as date) as run_date,
    b.organization_id,
    b.journey_id,
    b.journey_version,
    b.step_number - 1 as transition_number,
    a.journey_step_id as from_step_id,
    b.journey_step_id as to_step_id,
    min(b.business_unit_id) as business_unit_id,
    min(b.journey_engine) as journey_engine,
    count(*) as transitions,
    count(*) filter (b.parent_step_id = a.journey_step_id) as designed_transitions
from steps as a
inner join steps as b
    on
        a.organization_id = b.organization_id
        and a.journey_id = b.journey_id
        and a.journey_run_id = b.journey_run_id
        and a.profile_type is not distinct from b.profile_type
        and a.profile_id is not distinct from b.profile_id
        and a.step_number + 1 = b.step_number
left join steps as firsts
    on
        b.organization_id = firsts.organization_id
        and b.journey_id = firsts.journey_id
        and b.journey_run_id = firsts.journey_run_id
        and b.profile_type is not distinct from firsts.profile_type
        and b.profile_id is not distinct from firsts.profile_id
        and firsts.step_number = 1
left join runs
    on
        b.organization_id = runs.organization_id
        and b.journey_id = runs.journey_id
        and b.journey_run_id = runs.journey_run_id
        and b.profile_type is not distinct from runs.profile_type
        and b.profile_id is not distinct from runs.profile_id
group by all
