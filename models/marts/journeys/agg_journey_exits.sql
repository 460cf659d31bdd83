{%- set grain = [
    "organization_id", "journey_engine", "journey_id", "journey_step_id", "exit_level", "exit_kind", "drop_off_type",
    "exit_reason",
] -%}

with step_exits as (
    select
        organization_id,
        business_unit_id,
        journey_engine,
        journey_id,
        journey_step_id,
        'step' as exit_level,
        step_outcome as exit_kind,
        case when step_outcome = 'dropped_off' then drop_off_type end as drop_off_type,
        case when step_outcome = 'dropped_off' then drop_off_reason end as exit_reason,
        profile_key
    from {{ ref("fct_journey_steps") }}
    where step_outcome in ('dropped_off', 'failed')
),

run_exits as (
    select
        organization_id,
        business_unit_id,
        journey_engine,
        journey_id,
        cast(null as string) as journey_step_id,
        'run' as exit_level,
        {{ outcome_of_a_run() }} as exit_kind,
        cast(null as string) as drop_off_type,
        exit_reason,
        profile_key
    from {{ ref("fct_journey_runs") }}
    where coalesce(run_outcome, entry_outcome) not in ('completed', 'in_progress', 'pending')
),

exits as (
    select * from step_exits
    union all
    select * from run_exits
)

select
    {{ surrogate_key(grain) }} as journey_exits_key,
    {{ grain | join(", ") }},
    min(business_unit_id) as business_unit_id,
    count(*) as exits,
    count(distinct profile_key) as people
from exits
group by {{ grain | join(", ") }}
