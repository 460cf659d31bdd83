with interactions as (
    {{ union_families(family_tables(), {
        "interaction_type": "varchar",
        "journey_id": "varchar",
        "journey_step_id": "varchar",
        "parent_step_id": "varchar",
        "message_id": "varchar",
        "organization_id": "varchar",
        "journey_engine": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

-- Few rows leave here, so that naming the channel afterwards joins types, not events.
by_type as (
    select
        organization_id,
        journey_id,
        journey_step_id,
        interaction_type,
        min(journey_engine) as journey_engine,
        min(parent_step_id) as parent_step_id,
        min(message_id) as message_id,
        min(occurred_at) as first_interaction_at,
        max(occurred_at) as last_interaction_at,
        count(*) as interactions
    from interactions
    where journey_step_id is not null
    group by organization_id, journey_id, journey_step_id, interaction_type
),

steps as (
    select
        by_type.organization_id,
        by_type.journey_id,
        by_type.journey_step_id,
        min(by_type.journey_engine) as journey_engine,
        min(by_type.parent_step_id) as parent_step_id,
        min(case when interaction_types.message_event is not null then by_type.message_id end) as message_id,
        min(nullif(interaction_types.channel, 'none')) as channel,
        min(by_type.first_interaction_at) as first_interaction_at,
        max(by_type.last_interaction_at) as last_interaction_at,
        cast(sum(by_type.interactions) as bigint) as interactions
    from by_type
    left join interaction_types
        on by_type.interaction_type = interaction_types.interaction_type
    group by by_type.organization_id, by_type.journey_id, by_type.journey_step_id
),

seen_journeys as (
    select
        organization_id,
        journey_id,
        journey_engine
    from {{ ref("dim_journeys") }}
),

journey_records as (
    select * from {{ ref("int_dataverse__journeys") }}
),

message_records as (
    select * from {{ ref("int_dataverse__messages") }}
),

-- Events may name a step under the id of another version of its journey than the one whose definition has it.
designed_steps as (
    select *
    from (
        select
            seen_journeys.organization_id,
            seen_journeys.journey_id,
            seen_journeys.journey_engine,
            designs.journey_step_id,
            designs.step_type,
            designs.stated_name,
            designs.message_id,
            designs.parent_step_id,
            designs.branch_label,
            designs.step_order,
            versions.journey_engine = 'real_time' and seen_journeys.journey_id = designs.journey_id as may_be_unseen,
            row_number() over (
                partition by seen_journeys.organization_id, seen_journeys.journey_id, designs.journey_step_id
                order by
                    seen_journeys.journey_id = designs.journey_id desc,
                    versions.journey_version_number desc nulls last,
                    designs.journey_id asc
            ) as row_number
        from seen_journeys
        left join journey_records
            on seen_journeys.journey_id = journey_records.journey_id
        inner join journey_records as versions
            on
                coalesce(journey_records.base_version_journey_id, seen_journeys.journey_id)
                = versions.base_version_journey_id
        inner join {{ ref("int_dataverse__journey_steps") }} as designs
            on versions.journey_id = designs.journey_id
    ) as candidates
    where row_number = 1
),

-- Whether the ids of outbound designs are those of outbound events is not known, so only steps in both are told.
all_steps as (
    select
        coalesce(steps.organization_id, designed_steps.organization_id) as organization_id,
        coalesce(steps.journey_id, designed_steps.journey_id) as journey_id,
        coalesce(steps.journey_step_id, designed_steps.journey_step_id) as journey_step_id,
        coalesce(steps.journey_engine, designed_steps.journey_engine) as journey_engine,
        coalesce(designed_steps.parent_step_id, steps.parent_step_id) as parent_step_id,
        coalesce(steps.message_id, designed_steps.message_id) as message_id,
        steps.channel,
        designed_steps.step_type,
        designed_steps.stated_name,
        designed_steps.branch_label,
        designed_steps.step_order,
        steps.first_interaction_at,
        steps.last_interaction_at,
        coalesce(steps.interactions, 0) as interactions
    from steps
    full outer join designed_steps
        on
            steps.organization_id is not distinct from designed_steps.organization_id
            and steps.journey_id = designed_steps.journey_id
            and steps.journey_step_id = designed_steps.journey_step_id
    where
        steps.journey_step_id is not null
        or designed_steps.may_be_unseen
),

final as (
    select
        {{ step_key("all_steps") }} as step_key,
        all_steps.organization_id,
        all_steps.journey_id,
        all_steps.journey_step_id,
        all_steps.journey_engine,
        all_steps.parent_step_id,
        all_steps.message_id,
        coalesce(all_steps.channel, message_records.channel, 'none') as channel,
        coalesce(all_steps.stated_name, message_records.message_name) as journey_step_name,
        all_steps.step_type,
        all_steps.branch_label,
        all_steps.step_order,
        all_steps.first_interaction_at,
        all_steps.last_interaction_at,
        all_steps.interactions
    from all_steps
    left join message_records
        on all_steps.message_id = message_records.message_id
)

select * from final
