select
    interaction_type,
    interaction_family,
    channel,
    message_event,
    bounce_type,
    step_event,
    run_event,
    block_category,
    is_consent_block,
    consent_reason,
    is_umbrella_block,
    activity_event,
    consent_change,
    activity_kind,
    home_mart,
    is_category_by_reason
from {{ ref("interaction_types") }}
