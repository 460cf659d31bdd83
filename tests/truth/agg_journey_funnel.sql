with entered as (
    select organization_id, journey_id, journey_version, journey_run_id, profile_type, profile_id from steps
    union
    select organization_id, journey_id, journey_version, journey_run_id, profile_type, profile_id from runs
    where entry_outcome = 'entered'
),

reasons as (
    select organization_id, journey_id, journey_version, journey_step_id, drop_off_type, drop_off_reason, count(*) as many
    from steps
    where step_outcome = 'dropped_off'
    group by all
),

top as (
    select
        organization_id,
        journey_id,
        coalesce(journey_version, '') as journey_version,
        journey_step_id,
        list({'type': drop_off_type, 'reason': drop_off_reason, 'many': many} order by -many, drop_off_type, drop_off_reason)[1]
            as pair
    from reasons
    group by all
)

select
    steps.organization_id,
    min(business_unit_id) as business_unit_id,
    any_value(journey_engine) as journey_engine,
    steps.journey_id,
    steps.journey_version,
    steps.journey_step_id,
    median(step_number) as median_step_number,
    (
        select count(*)
        from entered
        where
            entered.organization_id = steps.organization_id
            and entered.journey_id = steps.journey_id
            and entered.journey_version is not distinct from steps.journey_version
    ) as journey_entered_runs,
    count(*) as inflow,
    count(*) filter (step_outcome = 'processed') as processed,
    count(*) filter (step_outcome = 'failed') as failed,
    count(*) filter (step_outcome = 'dropped_off') as dropped_off,
    count(*) filter (step_outcome = 'postponed') as postponed,
    count(*) filter (step_outcome = 'in_progress') as in_progress,
    count(distinct profile_key) as people,
    any_value(top.pair.type) as top_drop_off_type,
    any_value(top.pair.reason) as top_drop_off_reason,
    coalesce(any_value(top.pair.many), 0) as top_drop_offs,
    median(dwell_seconds) as median_dwell_seconds
from steps
left join top
    on
        steps.organization_id = top.organization_id
        and steps.journey_id = top.journey_id
        and steps.journey_step_id = top.journey_step_id
        and coalesce(steps.journey_version, '') = top.journey_version
group by steps.organization_id, steps.journey_id, steps.journey_version, steps.journey_step_id
