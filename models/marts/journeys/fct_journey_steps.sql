{{ config(meta={
    "restate_subject": "journey",
    "restate_from": ["int_action__interactions", "int_activity__interactions", "int_journey__interactions"],
}) }}

{%- set parent = [] %}
{%- for column in step_grain() -%}
    {%- do parent.append("parent_step_id" if column == "journey_step_id" else column) -%}
{%- endfor %}
{%- set parent_hash %}
case when parent_step_id is not null then {{ quick_hash(["run_hash", "parent_step_id"]) }} end
{%- endset %}

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
    }, is_dirty()) }}
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
        min(occurred_at) as first_event_at,
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
pauses as (
    select
        {{ surrogate_key(step_grain()) }} as journey_step_key,
        occurred_at,
        step_event = 'resumed' as is_end
    from step_events
    where step_event in ('postponed', 'resumed') and occurred_at is not null
),

balanced as (
    select
        *,
        sum(case when is_end then -1 else 1 end) over in_order as balance,
        lead(occurred_at) over in_order as next_at,
        max(case when is_end then occurred_at end) over (partition by journey_step_key) as last_end_at
    from pauses
    window in_order as (partition by journey_step_key order by occurred_at, is_end)
),

-- What ends before anything was postponed ends nothing: as many more are open as the balance ever fell below 0.
opened as (
    select
        *,
        balance - least(min(balance) over in_order, 0) as open_pauses
    from balanced
    window in_order as (partition by journey_step_key order by occurred_at, is_end)
),

postponed as (
    select
        journey_step_key,
        sum({{ seconds_between("occurred_at", "next_at") }}) as postponed_seconds
    from opened
    where open_pauses > 0 and next_at <= last_end_at
    group by journey_step_key
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
        ) as row_number
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
    where drop_offs.row_number = 1
),

numbered as (
    select
        *,
        row_number() over (
            partition by {{ run_grain() | join(", ") }}
            order by first_event_at nulls last, entered_at nulls last, journey_step_id nulls last
        ) as place,
        case step_outcome
            when 'processed' then processed_at
            when 'failed' then failed_at
            when 'dropped_off' then dropped_off_at
        end as settled_at
    from steps
),

-- Of millions of runs few are out of order. They are looked for by hashes alone, and one too many does no harm: putting
-- all steps in order of their parents would cost more than all the rest.
glances as (
    select
        run_hash,
        {{ quick_hash(["run_hash", "journey_step_id"]) }} as step_hash,
        min({{ parent_hash }}) as parent_hash,
        max({{ parent_hash }}) as other_hash,
        min(occurred_at) as first_event_at
    from (
        select
            {{ quick_hash(run_grain()) }} as run_hash,
            journey_step_id,
            parent_step_id,
            occurred_at
        from step_events
    ) as of_runs
    group by run_hash, {{ quick_hash(["run_hash", "journey_step_id"]) }}
),

runs_to_check as (
    select children.run_hash
    from glances as children
    inner join glances as parents
        on children.parent_hash = parents.step_hash
    where
        children.parent_hash != children.step_hash
        and coalesce(children.first_event_at <= parents.first_event_at, true)
    union
    select run_hash
    from glances
    where parent_hash != other_hash
),

steps_to_check as (
    select
        {{ step_grain() | join(", ") }},
        {{ surrogate_key(step_grain()) }} as journey_step_key,
        min(parent_step_id) as parent_step_id,
        min(occurred_at) as first_event_at,
        min(occurred_at) filter (where step_event = 'entered') as entered_at
    from step_events
    where {{ quick_hash(run_grain()) }} in (select runs_to_check.run_hash from runs_to_check)
    group by {{ step_grain() | join(", ") }}
),

out_of_order as {{ stored_cte() }} (
    select
        group_key,
        row_key,
        parent_key,
        place
    from (
        select
            first_value(journey_step_key) over run_steps as group_key,
            journey_step_key as row_key,
            case when parent_step_id is not null then {{ surrogate_key(parent) }} end as parent_key,
            row_number() over run_steps as place,
            count(*) over (partition by {{ run_grain() | join(", ") }}) as steps_of_the_run
        from steps_to_check
        window run_steps as (
            partition by {{ run_grain() | join(", ") }}
            order by first_event_at nulls last, entered_at nulls last, journey_step_id nulls last
        )
    ) as in_time
    where steps_of_the_run <= 1000
),

put_in_order as (
    {{ after_parents("out_of_order") }}
),

runs as (
    select
        {{ run_grain() | join(", ") }},
        {{ smallest_version("journey_version") }} as journey_version
    from ({{ run_events(is_dirty()) }}) as run_events
    where entry_attempt is null
    group by {{ run_grain() | join(", ") }}
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
        runs.journey_version,
        coalesce(put_in_order.ordered_place, numbered.place) as step_number,
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
    left join put_in_order
        on numbered.journey_step_key = put_in_order.row_key
    left join runs
        on
            numbered.organization_id is not distinct from runs.organization_id
            and numbered.journey_id is not distinct from runs.journey_id
            and numbered.journey_run_id is not distinct from runs.journey_run_id
            and numbered.profile_type is not distinct from runs.profile_type
            and numbered.profile_id is not distinct from runs.profile_id
)

select * from final
