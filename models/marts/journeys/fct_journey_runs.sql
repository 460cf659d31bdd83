{{ config(meta={
    "restate_subject": "journey",
    "restate_from": ["int_journey__interactions", "int_action__interactions", "int_activity__interactions"],
}) }}
{%- if model.resource_type != "unit_test" %}
-- depends_on: {{ ref("int_action__interactions") }}
-- depends_on: {{ ref("int_activity__interactions") }}
{%- endif %}

with run_events as (
    select
        *,
        run_event in {{ run_end_events() }} as is_end
    from ({{ run_events(is_dirty()) }}) as events
),

runs as (
    select
        {{ run_or_attempt() | join(", ") }},
        {{ journey_run_key() }} as journey_run_key,
        min(journey_engine) as journey_engine,
        min(business_unit_id) as business_unit_id,
        {{ smallest_version("journey_version") }} as journey_version,
        min(segment_id) as segment_id,
        min(occurred_at) filter (where run_event = 'inflow') as inflow_at,
        min(occurred_at) filter (where run_event = 'entered') as entered_at,
        min(occurred_at) filter (where is_end) as ended_at,
        max(occurred_at) as last_event_at,
        case
            when count(*) filter (where run_event = 'entered' or is_end) > 0 then 'entered'
            when count(*) filter (where run_event = 'dropped_before_entry') > 0 then 'dropped_before_entry'
            when count(*) filter (where run_event = 'failed') > 0 then 'failed'
            when
                count(*) filter (where run_event = 'unresolved') > 0
                and count(*) filter (where run_event = 'resolved') = 0
                then 'unresolved'
            else 'pending'
        end as entry_outcome,
        case
            when count(*) filter (where run_event = 'completed') > 0 then 'completed'
            when count(*) filter (where run_event = 'cancelled_by_failure') > 0 then 'cancelled_by_failure'
            when count(*) filter (where run_event = 'exited_by_rule') > 0 then 'exited_by_rule'
            when count(*) filter (where run_event = 'suppressed') > 0 then 'suppressed'
            when count(*) filter (where run_event = 'stopped') > 0 then 'stopped'
            when count(*) filter (where run_event = 'exited') > 0 then 'exited'
            when count(*) filter (where run_event = 'entered') > 0 then 'in_progress'
        end as run_outcome
    from run_events
    group by {{ run_or_attempt() | join(", ") }}
),

-- Few runs go wrong or end early: their reasons are put in order beside the runs, not for all of them.
exits as (
    select
        {{ journey_run_key() }} as journey_run_key,
        run_event,
        reason,
        reason_detail,
        row_number() over (
            partition by {{ run_or_attempt() | join(", ") }}, run_event
            order by occurred_at nulls last, reason nulls last, reason_detail nulls last
        ) as row_number
    from run_events
    where
        run_event in ('dropped_before_entry', 'failed', 'unresolved')
        or (is_end and run_event != 'completed')
),

steps as (
    select
        {{ surrogate_key(run_grain()) }} as journey_run_key,
        count(entered_at) as steps_entered,
        count(*) filter (where step_outcome = 'processed') as steps_processed
    from {{ ref("fct_journey_steps") }}
    {%- if adds_to_earlier_loads() %}
        where {{ is_dirty() }}
    {%- endif %}
    group by {{ run_grain() | join(", ") }}
),

final as (
    select
        runs.journey_run_key,
        runs.journey_engine,
        runs.organization_id,
        runs.business_unit_id,
        runs.journey_id,
        runs.journey_run_id,
        runs.entry_attempt,
        {{ profile_key("runs") }} as profile_key,
        runs.profile_type,
        runs.profile_id,
        runs.journey_version,
        runs.segment_id,
        runs.inflow_at,
        runs.entered_at,
        runs.ended_at,
        runs.last_event_at,
        runs.entry_outcome,
        runs.run_outcome,
        exits.reason as exit_reason,
        exits.reason_detail as exit_reason_detail,
        {{ seconds_between("runs.entered_at", "runs.ended_at") }} as duration_seconds,
        coalesce(steps.steps_entered, 0) as steps_entered,
        coalesce(steps.steps_processed, 0) as steps_processed,
        cast({{ this_load() }} as bigint) as load_number
    from runs
        {{- join_survivors("runs") }}
    left join steps
        on runs.journey_run_key = steps.journey_run_key
    left join exits
        on
            runs.journey_run_key = exits.journey_run_key
            and coalesce(runs.run_outcome, runs.entry_outcome) = exits.run_event
            and exits.row_number = 1
)

select * from final
