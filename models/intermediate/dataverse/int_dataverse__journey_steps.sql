with real_time_journeys as (
    {{ latest_records(ref("stg_dataverse__journey"), "journey_id") }}
),

outbound_journeys as (
    {{ latest_records(ref("stg_dataverse__customer_journey"), "journey_id") }}
),

real_time_steps as (
    {{ designed_steps("real_time_journeys") }}
),

outbound_steps as (
    {{ designed_activities("outbound_journeys") }}
),

steps as (
    select * from real_time_steps
    union all
    select * from outbound_steps
),

-- A definition that names a step twice is broken; the outer one counts.
distinct_steps as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by journey_id, journey_step_id
                order by depth, branch_number, position, owner_step_id nulls first
            ) as row_number
        from steps
    ) as numbered
    where row_number = 1 {{ worked_out_once() }}
),

run_after as (
    select
        steps.journey_id,
        steps.journey_step_id,
        min(predecessors.journey_step_id) as previous_step_id
    from (
        select
            journey_id,
            journey_step_id,
            {{ each_of("run_after") }} as previous_step_id
        from distinct_steps
    ) as steps
    inner join distinct_steps as predecessors
        on
            steps.journey_id = predecessors.journey_id
            and steps.previous_step_id = predecessors.journey_step_id
            and steps.previous_step_id != steps.journey_step_id
    group by steps.journey_id, steps.journey_step_id
),

-- Whatever stands in a step's branches comes before the step that runs after it.
linked as (
    select
        distinct_steps.*,
        coalesce(run_after.previous_step_id, owners.journey_step_id) as parent_step_id,
        case
            when run_after.previous_step_id is null then distinct_steps.branch_number else 9223372036854775807
        end as branch_order
    from distinct_steps
    left join run_after
        on
            distinct_steps.journey_id = run_after.journey_id
            and distinct_steps.journey_step_id = run_after.journey_step_id
    left join distinct_steps as owners
        on
            distinct_steps.journey_id = owners.journey_id
            and distinct_steps.owner_step_id = owners.journey_step_id
            and distinct_steps.journey_step_id != owners.journey_step_id
),

placed as (
    {{ path_from_the_start("linked") }}
),

final as (
    select
        linked.journey_id,
        linked.journey_step_id,
        linked.step_type,
        linked.stated_name,
        linked.message_id,
        linked.parent_step_id,
        linked.branch_label,
        cast(row_number() over (
            partition by linked.journey_id
            order by placed.path nulls last, linked.depth, linked.position, linked.journey_step_id
        ) as bigint) as step_order
    from linked
    left join placed
        on
            linked.journey_id = placed.journey_id
            and linked.journey_step_id = placed.journey_step_id
)

select * from final
