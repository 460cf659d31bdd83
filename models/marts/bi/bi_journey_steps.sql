select
    steps.journey_step_key,
    {{ report_date("steps.entered_at") }} as entry_date,
    coalesce(dim_journeys.journey_name, steps.journey_id) as journey,
    coalesce(dim_journey_steps.journey_step_name, steps.journey_step_id) as journey_step,
    coalesce(dim_messages.message_name, dim_journey_steps.message_id) as message,
    coalesce(dim_business_units.business_unit_name, steps.business_unit_id) as business_unit,
    dim_journey_steps.step_type,
    dim_journey_steps.branch_label,
    dim_journey_steps.step_order,
    dim_journey_steps.message_id,
    dim_journey_steps.channel,
    coalesce(dim_messages.channel_name, dim_channels.channel_name, dim_journey_steps.channel) as channel_name,
    steps.organization_id,
    steps.business_unit_id,
    steps.journey_engine,
    steps.journey_id,
    steps.journey_version,
    steps.journey_run_id,
    steps.journey_step_id,
    steps.parent_step_id,
    steps.profile_key,
    steps.profile_type,
    steps.step_number,
    steps.entered_at,
    steps.processed_at,
    steps.dropped_off_at,
    steps.failed_at,
    steps.last_event_at,
    steps.postponements,
    steps.postponed_seconds,
    steps.dwell_seconds,
    steps.step_outcome,
    steps.drop_off_type,
    steps.drop_off_reason,
    steps.drop_off_reason_detail,
    steps.drop_off_category
from {{ ref("fct_journey_steps").include(database=false) }} as steps
{{ join_name("dim_journeys", "steps") }}
{{ join_name("dim_journey_steps", "steps") }}
{{ join_name("dim_messages", "dim_journey_steps") }}
{{ join_name("dim_business_units", "steps") }}
{{ join_name("dim_channels", "dim_journey_steps") }}
