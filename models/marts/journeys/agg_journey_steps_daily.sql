{{ config(meta={"changed_day": {
    "fact": "fct_journey_steps",
    "day": report_date("entered_at"),
    "own_day": "entry_date",
    "rows": "inflow",
}}) }}
{%- set grain = ["organization_id", "business_unit_id", "journey_id", "journey_step_id", "entry_date"] -%}

with steps as (
    select
        *,
        {{ report_date("entered_at") }} as entry_date
    from {{ ref("fct_journey_steps") }}
    {%- if adds_to_earlier_loads() %}
        where {{ is_of_changed_day() }}
    {%- endif %}
),

counted as (
    select
        {{ grain | join(", ") }},
        count(*) as inflow,
        count(*) filter (where step_outcome = 'processed') as processed,
        count(*) filter (where step_outcome = 'dropped_off') as dropped_off,
        count(*) filter (where step_outcome = 'failed') as failed,
        count(*) filter (where step_outcome = 'postponed') as postponed,
        count(*) filter (where step_outcome = 'in_progress') as in_progress,
        count(distinct profile_key) as people,
        {{ quantile("dwell_seconds", 0.5) }} as median_dwell_seconds,
        {{ quantile("dwell_seconds", 0.9) }} as p90_dwell_seconds,
        max(load_number) as load_number
    from steps
    group by {{ grain | join(", ") }}
)

select
    {{ surrogate_key(grain) }} as journey_steps_daily_key,
    {{ entity_key("journey_id") }} as journey_key,
    {{ step_key() }} as step_key,
    *
from counted
