select
    runs.journey_run_key,
    {{ report_date("coalesce(runs.inflow_at, runs.entered_at, runs.last_event_at)") }} as run_date,
    coalesce(dim_journeys.journey_name, runs.journey_id) as journey,
    coalesce(dim_business_units.business_unit_name, runs.business_unit_id) as business_unit,
    coalesce(dim_segments.segment_name, runs.segment_id) as segment,
    runs.organization_id,
    runs.business_unit_id,
    runs.journey_engine,
    runs.journey_id,
    runs.journey_version,
    runs.journey_run_id,
    runs.segment_id,
    runs.profile_key,
    runs.profile_type,
    runs.inflow_at,
    runs.entered_at,
    runs.ended_at,
    runs.last_event_at,
    runs.entry_outcome,
    runs.run_outcome,
    runs.exit_reason,
    runs.exit_reason_detail,
    runs.duration_seconds,
    runs.steps_entered,
    runs.steps_processed
from {{ ref("fct_journey_runs").include(database=false) }} as runs
{{ join_name("dim_journeys", "runs") }}
{{ join_name("dim_business_units", "runs") }}
{{ join_name("dim_segments", "runs") }}
