{{ config(materialized="view") }}

with journeys as (
    {{ latest_records(ref("stg_dataverse__journey"), "journey_id") }}
)

select
    journey_id,
    journey_name,
    {{ option_name("journey_state", "journeys.state_code") }} as journey_state,
    {{ option_name("journey_trigger", "journeys.trigger_code") }} as journey_trigger,
    starts_at,
    ends_at,
    owning_business_unit_id,
    created_at,
    is_deleted,
    changed_at
from journeys
