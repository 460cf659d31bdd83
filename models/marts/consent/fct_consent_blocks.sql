select
    message_block_key as consent_block_key,
    engagement_key,
    block_reason_key,
    organization_id,
    business_unit_id,
    channel,
    journey_engine,
    profile_key,
    profile_type,
    profile_id,
    journey_id,
    journey_run_id,
    journey_step_id,
    message_id,
    attempt,
    interaction_type,
    consent_reason,
    raw_reason,
    has_other_cause,
    blocked_at,
    was_later_sent
from {{ ref("fct_message_blocks") }}
where is_consent_block
