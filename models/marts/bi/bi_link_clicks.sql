select
    clicks.interaction_key,
    {{ report_date("clicks.occurred_at") }} as click_date,
    coalesce(dim_journeys.journey_name, clicks.journey_id) as journey,
    coalesce(dim_journey_steps.journey_step_name, clicks.journey_step_id) as journey_step,
    coalesce(dim_messages.message_name, clicks.message_id) as message,
    coalesce(dim_business_units.business_unit_name, clicks.business_unit_id) as business_unit,
    coalesce(dim_messages.channel_name, dim_channels.channel_name, clicks.channel) as channel_name,
    coalesce(clicks.link_name, clicks.link_text, clicks.link_url, clicks.link_id) as link,
    clicks.engagement_key,
    clicks.link_key,
    clicks.organization_id,
    clicks.business_unit_id,
    clicks.journey_engine,
    clicks.journey_id,
    clicks.journey_run_id,
    clicks.journey_step_id,
    clicks.message_id,
    clicks.message_variation_name,
    clicks.profile_key,
    clicks.profile_type,
    clicks.channel,
    clicks.recipient_domain,
    clicks.is_bot,
    clicks.bot_detection_reason,
    clicks.link_id,
    clicks.link_url,
    clicks.platform,
    clicks.country,
    clicks.occurred_at
from {{ ref("fct_link_clicks").include(database=false) }} as clicks
{{ join_name("dim_journeys", "clicks") }}
{{ join_name("dim_journey_steps", "clicks") }}
{{ join_name("dim_messages", "clicks") }}
{{ join_name("dim_business_units", "clicks") }}
{{ join_name("dim_channels", "clicks") }}
