-- Runs, and people who stand at steps of a run that tells nothing of itself.
with population as (
    select
        coalesce(inflow_at, entered_at) as began_at,
        organization_id,
        journey_id,
        journey_version,
        coalesce(run_outcome, if(entry_outcome = 'failed', 'entry_failed', entry_outcome)) as outcome,
        exit_reason,
        entry_outcome = 'entered' as has_entered
    from runs
    union all
    select entered_at, organization_id, journey_id, journey_version, null, null, true
    from steps
    where
        step_number = 1
        and not exists (
            select *
            from runs
            where
                runs.journey_id = steps.journey_id
                and runs.journey_run_id = steps.journey_run_id
                and runs.profile_id is not distinct from steps.profile_id
        )
)

select
    cast(began_at as date) as run_date,
    organization_id,
    journey_id,
    journey_version,
    outcome,
    exit_reason,
    count(*) as runs,
    count(*) filter (has_entered) as entered,
    count(*) filter (outcome = 'completed') as completed
from population
group by all
