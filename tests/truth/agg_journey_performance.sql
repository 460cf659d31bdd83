-- All goals and runs of the simulation state their run; sends are counted by the versions of the runs that they state.
with population as (
    select
        organization_id,
        journey_id,
        journey_version,
        journey_run_id,
        profile_type,
        profile_id,
        profile_key,
        entry_outcome = 'entered' as has_entered,
        run_outcome
    from runs
    union all
    select distinct
        organization_id, journey_id, journey_version, journey_run_id, profile_type, profile_id, profile_key, true, null
    from steps
    where
        not exists (
            select *
            from runs
            where
                runs.journey_id = steps.journey_id
                and runs.journey_run_id = steps.journey_run_id
                and runs.profile_id is not distinct from steps.profile_id
        )
),

reached as (
    select distinct population.organization_id, population.journey_id, population.journey_version, population.profile_key
    from population
    inner join goals
        on
            population.journey_id = goals.journey_id
            and population.journey_run_id = goals.journey_run_id
            and population.profile_key = goals.profile_key
    where population.has_entered
),

run_counts as (
    select
        organization_id,
        journey_id,
        journey_version,
        count(*) as inflow,
        count(*) filter (has_entered) as entered,
        count(*) filter (run_outcome = 'completed') as completed,
        count(distinct profile_key) filter (has_entered) as people_entered
    from population
    group by all
),

versions as (
    select organization_id, journey_id, journey_run_id, any_value(journey_version) as journey_version
    from population
    where journey_run_id is not null
    group by all
),

sends as (
    select
        messages.organization_id,
        messages.journey_id,
        versions.journey_version,
        count(*) filter (channel = 'email') as email_sent,
        count(*) filter (channel = 'push') as push_sent,
        count(*) filter (channel = 'sms') as sms_sent,
        count(*) filter (channel = 'email' and was_delivered and (was_opened or was_clicked)) as email_engaged,
        count(*) filter (channel = 'sms' and was_delivered and was_clicked) as sms_engaged
    from messages
    left join versions
        on
            messages.organization_id = versions.organization_id
            and messages.journey_id = versions.journey_id
            and messages.journey_run_id = versions.journey_run_id
    where was_sent and messages.journey_id is not null and channel in ('email', 'push', 'sms')
    group by all
)

select
    organization_id,
    journey_id,
    journey_version,
    coalesce(inflow, 0) as inflow,
    coalesce(entered, 0) as entered,
    coalesce(completed, 0) as completed,
    coalesce(people_entered, 0) as people_entered,
    (
        select count(*)
        from reached
        where
            reached.organization_id = all_counts.organization_id
            and reached.journey_id = all_counts.journey_id
            and reached.journey_version is not distinct from all_counts.journey_version
    ) as people_met_goal,
    (
        select count(distinct profile_key)
        from reached
        where reached.organization_id = all_counts.organization_id and reached.journey_id = all_counts.journey_id
    ) as journey_people_met_goal,
    coalesce(email_sent, 0) as email_sent,
    coalesce(push_sent, 0) as push_sent,
    coalesce(sms_sent, 0) as sms_sent,
    coalesce(email_engaged, 0) as email_engaged,
    coalesce(sms_engaged, 0) as sms_engaged
from (
    select
        coalesce(run_counts.organization_id, sends.organization_id) as organization_id,
        coalesce(run_counts.journey_id, sends.journey_id) as journey_id,
        coalesce(run_counts.journey_version, sends.journey_version) as journey_version,
        run_counts.* exclude (organization_id, journey_id, journey_version),
        sends.* exclude (organization_id, journey_id, journey_version)
    from run_counts
    full outer join sends
        on
            run_counts.organization_id = sends.organization_id
            and run_counts.journey_id = sends.journey_id
            and run_counts.journey_version is not distinct from sends.journey_version
) as all_counts
