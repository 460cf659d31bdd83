{{ config(
    restate_subject="journey",
    restate_from=["int_action__interactions", "int_activity__interactions"]
) }}

with interactions as (
    {{ union_families([ref("int_action__interactions"), ref("int_activity__interactions")], {
        "interaction_type": "varchar",
        "organization_id": "varchar",
        "business_unit_id": "varchar",
        "journey_engine": "varchar",
        "journey_id": "varchar",
        "journey_run_id": "varchar",
        "journey_step_id": "varchar",
        "parent_step_id": "varchar",
        "profile_type": "varchar",
        "profile_id": "varchar",
        "reason": "varchar",
        "reason_detail": "varchar",
        "occurred_at": "timestamp",
    }, is_restated()) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

step_events as {{ inline_cte() if not adds_to_earlier_loads() }} (
    select
        interactions.*,
        interaction_types.step_event,
        interaction_types.block_category as type_block_category
    from interactions
    inner join interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where interaction_types.step_event is not null
),

steps as (
    select
        {{ step_grain() | join(", ") }},
        {{ surrogate_key(step_grain()) }} as journey_step_key,
        min(journey_engine) as journey_engine,
        min(business_unit_id) as business_unit_id,
        min(parent_step_id) as parent_step_id,
        min(occurred_at) filter (where step_event = 'entered') as entered_at,
        min(occurred_at) filter (where step_event = 'processed') as processed_at,
        min(occurred_at) filter (where step_event = 'dropped_off') as dropped_off_at,
        min(occurred_at) filter (where step_event = 'failed') as failed_at,
        min(occurred_at) filter (where step_event = 'postponed') as first_postponed_at,
        max(occurred_at) as last_event_at,
        count(*) filter (where step_event = 'postponed') as postponements,
        count(*) filter (where step_event = 'resumed') as resumptions,
        -- An outcome goes by the event's being there, even one whose time is unknown.
        case
            when count(*) filter (where step_event = 'processed') > 0 then 'processed'
            when count(*) filter (where step_event = 'failed') > 0 then 'failed'
            when count(*) filter (where step_event = 'dropped_off') > 0 then 'dropped_off'
            when
                count(*) filter (where step_event = 'postponed') > count(*) filter (where step_event = 'resumed')
                then 'postponed'
            else 'in_progress'
        end as step_outcome
    from step_events
    group by {{ step_grain() | join(", ") }}
),

-- Postponements and drop-offs are few: what needs their order is worked out beside the steps, not for all of them.
postponed as (
    select
        {{ surrogate_key(step_grain()) }} as journey_step_key,
        {{ postponed_seconds("step_event", "occurred_at") }} as postponed_seconds
    from step_events
    where step_event in ('postponed', 'resumed')
    group by {{ step_grain() | join(", ") }}
),

drop_offs as (
    select
        {{ surrogate_key(step_grain()) }} as journey_step_key,
        type_block_category,
        interaction_type,
        reason,
        reason_detail,
        row_number() over (
            partition by {{ step_grain() | join(", ") }}
            order by occurred_at nulls last, interaction_type, reason nulls last, reason_detail nulls last
        ) as place
    from step_events
    where step_event = 'dropped_off'
),

drop_off_reasons as (
    select * from {{ ref("drop_off_reasons") }}
),

categorized as (
    select
        drop_offs.*,
        coalesce(
            drop_off_reasons.drop_off_category,
            nullif(drop_offs.type_block_category, 'mixed'),
            'unmapped'
        ) as drop_off_category
    from drop_offs
    left join drop_off_reasons
        on {{ plain_text("drop_offs.reason") }} = drop_off_reasons.reason
    where drop_offs.place = 1
),

numbered as (
    select
        *,
        row_number() over (
            partition by {{ run_grain() | join(", ") }}
            order by entered_at nulls last, journey_step_id nulls last
        ) as step_number,
        case step_outcome
            when 'processed' then processed_at
            when 'failed' then failed_at
            when 'dropped_off' then dropped_off_at
        end as settled_at
    from steps
),

final as (
    select
        numbered.journey_step_key,
        {{ step_key("numbered") }} as step_key,
        numbered.journey_engine,
        numbered.organization_id,
        numbered.business_unit_id,
        numbered.journey_id,
        numbered.journey_run_id,
        numbered.journey_step_id,
        numbered.parent_step_id,
        {{ profile_key("numbered") }} as profile_key,
        numbered.profile_type,
        numbered.profile_id,
        numbered.step_number,
        numbered.entered_at,
        numbered.processed_at,
        numbered.dropped_off_at,
        numbered.failed_at,
        numbered.first_postponed_at,
        numbered.last_event_at,
        numbered.postponements,
        numbered.resumptions,
        coalesce(postponed.postponed_seconds, 0) as postponed_seconds,
        {{ seconds_between("numbered.entered_at", "numbered.settled_at") }} as dwell_seconds,
        numbered.step_outcome,
        categorized.interaction_type as drop_off_type,
        categorized.reason as drop_off_reason,
        categorized.reason_detail as drop_off_reason_detail,
        categorized.drop_off_category,
        cast({{ this_load() }} as bigint) as load_number
    from numbered
        {{- join_survivors("numbered") }}
    left join postponed
        on numbered.journey_step_key = postponed.journey_step_key
    left join categorized
        on numbered.journey_step_key = categorized.journey_step_key
)

select * from final
