{%- set grain = ["run_date", "organization_id", "journey_id", "journey_version", "outcome", "exit_reason"] -%}

with runs as (
    select
        *,
        {{ outcome_of_a_run() }} as outcome
    from ({{ all_runs() }}) as all_runs
),

counted as (
    select
        {{ grain | join(", ") }},
        count(*) as runs,
        count(*) filter (where has_entered) as entered,
        count(*) filter (where run_outcome = 'completed') as completed,
        count(*) filter (where run_outcome not in ('completed', 'in_progress')) as exited,
        count(*) filter (where has_entered and coalesce(run_outcome, 'in_progress') = 'in_progress') as in_progress
    from runs
    group by {{ grain | join(", ") }}
)

select
    {{ surrogate_key(grain) }} as journey_outcomes_daily_key,
    {{ entity_key("journey_id") }} as journey_key,
    *
from counted
