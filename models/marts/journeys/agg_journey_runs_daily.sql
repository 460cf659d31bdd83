{%- set grain = [
    "run_date", "organization_id", "business_unit_id", "journey_engine", "journey_id", "journey_version",
    "entry_outcome", "run_outcome",
] -%}

with runs as (
    select
        *,
        {{ report_date("coalesce(inflow_at, entered_at)") }} as run_date
    from {{ ref("fct_journey_runs") }}
)

select
    {{ surrogate_key(grain) }} as journey_runs_daily_key,
    {{ grain | join(", ") }},
    count(*) as runs,
    count(*) filter (where entry_outcome = 'entered') as entered,
    count(*) filter (where run_outcome = 'completed') as completed,
    count(*) filter (where run_outcome not in ('completed', 'in_progress')) as exited,
    {{ quantile("duration_seconds", 0.5) }} as median_duration_seconds
from runs
group by {{ grain | join(", ") }}
