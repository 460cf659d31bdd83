{%- set grain = ["organization_id", "journey_id", "journey_version"] -%}
{%- set engaged = "messages.was_delivered and (messages.was_opened or messages.was_clicked)" -%}

with goals as (
    select * from {{ ref("fct_goals") }}
),

messages as (
    select * from {{ ref("fct_channel_engagement") }}
),

journeys as (
    select * from {{ ref("dim_journeys") }}
),

channel_rates as (
    select * from {{ ref("channel_rates") }}
),

all_runs as (
    {{ all_runs() }}
),

-- A goal that names no run was met in the last one that the person had entered by then.
met as (
    select distinct {{ (grain + ["profile_key"]) | join(", ") }}
    from (
        select
            all_runs.organization_id,
            all_runs.journey_id,
            all_runs.journey_version,
            all_runs.profile_key,
            row_number() over (
                partition by goals.interaction_key
                order by all_runs.came_at desc nulls last, all_runs.journey_run_id asc nulls last
            ) as row_number
        from goals
        inner join all_runs
            on
                goals.organization_id is not distinct from all_runs.organization_id
                and goals.journey_id = all_runs.journey_id
                and goals.profile_key = all_runs.profile_key
                and (
                    goals.journey_run_id = all_runs.journey_run_id
                    or (goals.journey_run_id is null and goals.occurred_at >= all_runs.came_at)
                )
        where all_runs.has_entered
    ) as candidates
    where row_number = 1
),

runs_and_goals as (
    select
        all_runs.*,
        met.profile_key as met_by
    from all_runs
    left join met
        on
            all_runs.organization_id is not distinct from met.organization_id
            and all_runs.journey_id = met.journey_id
            and all_runs.journey_version is not distinct from met.journey_version
            and all_runs.profile_key = met.profile_key
),

people_of_journeys as (
    select
        organization_id,
        journey_id,
        count(distinct case when has_entered then profile_key end) as journey_people_entered,
        count(distinct met_by) as journey_people_met_goal
    from runs_and_goals
    group by organization_id, journey_id
),

counted_runs as (
    select
        {{ grain | join(", ") }},
        count(*) as inflow,
        count(*) filter (where has_entered) as entered,
        count(*) filter (where run_outcome = 'completed') as completed,
        count(*) filter (where run_outcome not in ('completed', 'in_progress')) as exited,
        count(*) filter (where has_entered and coalesce(run_outcome, 'in_progress') = 'in_progress') as in_progress,
        count(distinct case when has_entered then profile_key end) as people_entered,
        count(distinct met_by) as people_met_goal
    from runs_and_goals
    where journey_id is not null
    group by {{ grain | join(", ") }}
),

-- A run goes through one version, whoever goes through it.
versions_of_runs as (
    select
        organization_id,
        journey_id,
        journey_run_id,
        {{ smallest_version("journey_version") }} as journey_version
    from all_runs
    where journey_run_id is not null
    group by organization_id, journey_id, journey_run_id
),

counted_messages as (
    select
        messages.organization_id,
        messages.journey_id,
        versions_of_runs.journey_version,
        count(*) filter (where messages.channel = 'email') as email_sent,
        count(*) filter (where messages.channel = 'email' and {{ engaged }}) as email_engaged,
        count(*) filter (where messages.channel = 'push') as push_sent,
        count(*) filter (where messages.channel = 'push' and {{ engaged }}) as push_engaged,
        count(*) filter (where messages.channel = 'sms') as sms_sent,
        count(*) filter (where messages.channel = 'sms' and {{ engaged }}) as sms_engaged
    from messages
    left join versions_of_runs
        on
            messages.organization_id is not distinct from versions_of_runs.organization_id
            and messages.journey_id is not distinct from versions_of_runs.journey_id
            and messages.journey_run_id = versions_of_runs.journey_run_id
    where
        messages.was_sent
        and messages.journey_id is not null
        and messages.channel in (
            select channel_rates.channel
            from channel_rates
            where channel_rates.has_engagement_rate
        )
    group by messages.organization_id, messages.journey_id, versions_of_runs.journey_version
),

counted as (
    select
        coalesce(counted_runs.organization_id, counted_messages.organization_id) as organization_id,
        coalesce(counted_runs.journey_id, counted_messages.journey_id) as journey_id,
        coalesce(counted_runs.journey_version, counted_messages.journey_version) as journey_version,
        coalesce(counted_runs.inflow, 0) as inflow,
        coalesce(counted_runs.entered, 0) as entered,
        coalesce(counted_runs.completed, 0) as completed,
        coalesce(counted_runs.exited, 0) as exited,
        coalesce(counted_runs.in_progress, 0) as in_progress,
        coalesce(counted_runs.people_entered, 0) as people_entered,
        coalesce(counted_runs.people_met_goal, 0) as people_met_goal,
        coalesce(counted_messages.email_sent, 0) as email_sent,
        coalesce(counted_messages.email_engaged, 0) as email_engaged,
        coalesce(counted_messages.push_sent, 0) as push_sent,
        coalesce(counted_messages.push_engaged, 0) as push_engaged,
        coalesce(counted_messages.sms_sent, 0) as sms_sent,
        coalesce(counted_messages.sms_engaged, 0) as sms_engaged
    from counted_runs
    full outer join counted_messages
        on
            counted_runs.organization_id is not distinct from counted_messages.organization_id
            and counted_runs.journey_id = counted_messages.journey_id
            and counted_runs.journey_version is not distinct from counted_messages.journey_version
),

final as (
    select
        {{ surrogate_key(qualified(grain, "counted")) }} as journey_performance_key,
        {{ entity_key("journey_id", "counted") }} as journey_key,
        counted.organization_id,
        journeys.business_unit_id,
        journeys.journey_engine,
        counted.journey_id,
        counted.journey_version,
        counted.inflow,
        counted.entered,
        counted.completed,
        counted.exited,
        counted.in_progress,
        {{ rate("counted.entered", "counted.inflow") }} as entry_rate,
        {{ rate("counted.completed", "counted.entered") }} as completion_rate,
        {{ rate("counted.exited", "counted.entered") }} as exit_rate,
        counted.people_entered,
        counted.people_met_goal,
        {{ rate("counted.people_met_goal", "counted.people_entered") }} as goal_rate,
        journeys.goal_name,
        journeys.goal_target,
        journeys.goal_target_unit,
        coalesce(people_of_journeys.journey_people_entered, 0) as journey_people_entered,
        coalesce(people_of_journeys.journey_people_met_goal, 0) as journey_people_met_goal,
        {{ rate("people_of_journeys.journey_people_met_goal", "people_of_journeys.journey_people_entered") }}
            as journey_goal_rate,
        case journeys.goal_target_unit
            when 'people' then coalesce(people_of_journeys.journey_people_met_goal, 0) >= journeys.goal_target
            when 'percent' then
                100 * people_of_journeys.journey_people_met_goal
                >= journeys.goal_target * nullif(people_of_journeys.journey_people_entered, 0)
        end as is_goal_target_met,
        counted.email_sent,
        counted.email_engaged,
        {{ rate("counted.email_engaged", "counted.email_sent") }} as email_engagement_rate,
        counted.push_sent,
        counted.push_engaged,
        {{ rate("counted.push_engaged", "counted.push_sent") }} as push_engagement_rate,
        counted.sms_sent,
        counted.sms_engaged,
        {{ rate("counted.sms_engaged", "counted.sms_sent") }} as sms_engagement_rate
    from counted
    left join journeys
        on
            counted.organization_id is not distinct from journeys.organization_id
            and counted.journey_id = journeys.journey_id
    left join people_of_journeys
        on
            counted.organization_id is not distinct from people_of_journeys.organization_id
            and counted.journey_id = people_of_journeys.journey_id
)

select * from final
