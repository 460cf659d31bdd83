with topics as (
    {{ latest_records(ref("stg_dataverse__topic"), "topic_id") }}
)

select
    topic_id,
    topic_name,
    purpose_id,
    is_deleted
from topics
