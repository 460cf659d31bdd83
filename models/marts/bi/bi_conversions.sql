select
    credits.conversion_credit_key,
    {{ report_date("credits.converted_at") }} as conversion_date,
    coalesce(dim_journeys.journey_name, credits.journey_id) as journey,
    coalesce(dim_journey_steps.journey_step_name, credits.journey_step_id) as journey_step,
    coalesce(dim_messages.message_name, credits.message_id) as message,
    coalesce(dim_business_units.business_unit_name, credits.business_unit_id) as business_unit,
    coalesce(credits.conversion_event_definition_name, credits.conversion_event_definition_id) as conversion_definition,
    coalesce(dim_messages.channel_name, dim_channels.channel_name, credits.channel) as channel_name,
    credits.interaction_key,
    credits.attribution_method,
    credits.attribution_window_days,
    credits.organization_id,
    credits.business_unit_id,
    credits.conversion_event_definition_id,
    credits.profile_key,
    credits.profile_type,
    credits.converted_at,
    credits.is_attributed,
    credits.channel,
    credits.journey_id,
    credits.journey_step_id,
    credits.message_id,
    credits.touched_at,
    credits.touches,
    credits.touch_number,
    credits.seconds_to_conversion,
    credits.credit
from {{ ref("fct_conversions").include(database=false) }} as credits
{{ join_name("dim_journeys", "credits") }}
{{ join_name("dim_journey_steps", "credits") }}
{{ join_name("dim_messages", "credits") }}
{{ join_name("dim_business_units", "credits") }}
{{ join_name("dim_channels", "credits") }}
