with real_time as (
    {{ latest_records(ref("stg_dataverse__journey"), "journey_id") }}
),

outbound as (
    {{ latest_records(ref("stg_dataverse__customer_journey"), "journey_id") }}
)

select
    journey_id,
    'real_time' as journey_engine,
    journey_name,
    {{ option_name("journey_state", "real_time.state_code") }} as journey_state,
    {{ option_name("journey_trigger", "real_time.trigger_code") }} as journey_trigger,
    coalesce(base_version_journey_id, journey_id) as base_version_journey_id,
    journey_version_number,
    is_superseded,
    {{ goal_name("journey_definition") }} as goal_name,
    {{ goal_target("journey_definition") }} as goal_target,
    {{ goal_target_unit("journey_definition") }} as goal_target_unit,
    starts_at,
    ends_at,
    owning_business_unit_id,
    created_at,
    is_deleted,
    changed_at
from real_time
union all
select
    journey_id,
    'outbound' as journey_engine,
    journey_name,
    cast(null as string) as journey_state,
    cast(null as string) as journey_trigger,
    journey_id as base_version_journey_id,
    cast(null as bigint) as journey_version_number,
    cast(null as boolean) as is_superseded,
    cast(null as string) as goal_name,
    cast(null as double) as goal_target,
    cast(null as string) as goal_target_unit,
    starts_at,
    ends_at,
    owning_business_unit_id,
    created_at,
    is_deleted,
    changed_at
from outbound
