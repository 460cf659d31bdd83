select
    blocks.consent_block_key,
    {{ report_date("blocks.blocked_at") }} as block_date,
    coalesce(dim_journeys.journey_name, blocks.journey_id) as journey,
    coalesce(dim_journey_steps.journey_step_name, blocks.journey_step_id) as journey_step,
    coalesce(dim_messages.message_name, blocks.message_id) as message,
    coalesce(dim_business_units.business_unit_name, blocks.business_unit_id) as business_unit,
    coalesce(dim_messages.channel_name, dim_channels.channel_name, blocks.channel) as channel_name,
    blocks.organization_id,
    blocks.business_unit_id,
    blocks.journey_engine,
    blocks.journey_id,
    blocks.journey_run_id,
    blocks.journey_step_id,
    blocks.message_id,
    blocks.profile_key,
    blocks.profile_type,
    blocks.channel,
    blocks.interaction_type,
    blocks.consent_reason,
    blocks.raw_reason,
    blocks.has_other_cause,
    blocks.blocked_at,
    blocks.was_later_sent
from {{ ref("fct_consent_blocks").include(database=false) }} as blocks
{{ join_name("dim_journeys", "blocks") }}
{{ join_name("dim_journey_steps", "blocks") }}
{{ join_name("dim_messages", "blocks") }}
{{ join_name("dim_business_units", "blocks") }}
{{ join_name("dim_channels", "blocks") }}
