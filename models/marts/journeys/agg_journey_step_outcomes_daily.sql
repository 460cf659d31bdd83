{%- set grain = [
    "run_date", "organization_id", "journey_id", "journey_version", "journey_step_id", "step_outcome", "drop_off_type",
    "drop_off_reason",
] -%}

with runs as (
    {{ all_runs() }}
),

steps as (
    select
        *,
        {{ surrogate_key(run_grain()) }} as journey_run_key
    from {{ ref("fct_journey_steps") }}
),

-- Of a step that was got through in the end, what held somebody back before is no reason to leave.
dated as (
    select
        runs.run_date,
        steps.organization_id,
        steps.journey_id,
        steps.journey_version,
        steps.journey_step_id,
        steps.step_outcome,
        case when steps.step_outcome = 'dropped_off' then steps.drop_off_type end as drop_off_type,
        case when steps.step_outcome = 'dropped_off' then steps.drop_off_reason end as drop_off_reason
    from steps
    inner join runs
        on steps.journey_run_key = runs.journey_run_key
),

counted as (
    select
        {{ grain | join(", ") }},
        count(*) as steps
    from dated
    group by {{ grain | join(", ") }}
)

select
    {{ surrogate_key(grain) }} as journey_step_outcomes_daily_key,
    {{ entity_key("journey_id") }} as journey_key,
    {{ step_key() }} as step_key,
    *
from counted
