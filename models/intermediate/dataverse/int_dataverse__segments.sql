with segments as (
    {{ latest_records(ref("stg_dataverse__segment"), "segment_id") }}
)

select
    segment_id,
    segment_name,
    {{ option_name("segment_type", "segments.segment_type_code") }} as segment_type,
    {{ option_name("segment_status", "segments.status_code") }} as segment_status,
    owning_business_unit_id,
    created_at,
    is_deleted,
    changed_at
from segments
