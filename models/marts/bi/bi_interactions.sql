select
    interactions.interaction_key,
    {{ report_date("interactions.occurred_at") }} as interaction_date,
    coalesce(dim_journeys.journey_name, interactions.journey_id) as journey,
    coalesce(dim_journey_steps.journey_step_name, interactions.journey_step_id) as journey_step,
    coalesce(dim_messages.message_name, interactions.message_id) as message,
    coalesce(dim_business_units.business_unit_name, interactions.business_unit_id) as business_unit,
    coalesce(dim_messages.channel_name, dim_channels.channel_name, interactions.channel) as channel_name,
    interactions.organization_id,
    interactions.business_unit_id,
    interactions.journey_engine,
    interactions.journey_id,
    interactions.journey_run_id,
    interactions.journey_step_id,
    interactions.message_id,
    interactions.profile_key,
    interactions.profile_type,
    interactions.interaction_type,
    interactions.interaction_family,
    interactions.channel,
    interactions.occurred_at
from {{ ref("fct_interactions").include(database=false) }} as interactions
{{ join_name("dim_journeys", "interactions") }}
{{ join_name("dim_journey_steps", "interactions") }}
{{ join_name("dim_messages", "interactions") }}
{{ join_name("dim_business_units", "interactions") }}
{{ join_name("dim_channels", "interactions") }}
