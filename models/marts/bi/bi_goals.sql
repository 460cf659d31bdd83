select
    goals.interaction_key,
    {{ report_date("goals.occurred_at") }} as goal_date,
    coalesce(dim_journeys.journey_name, goals.journey_id) as journey,
    coalesce(dim_journey_steps.journey_step_name, goals.journey_step_id) as journey_step,
    coalesce(dim_messages.message_name, goals.message_id) as message,
    coalesce(dim_business_units.business_unit_name, goals.business_unit_id) as business_unit,
    coalesce(dim_messages.channel_name, dim_channels.channel_name, goals.channel) as channel_name,
    dim_journeys.goal_name,
    goals.goal_event_id,
    goals.engagement_key,
    goals.organization_id,
    goals.business_unit_id,
    goals.journey_engine,
    goals.journey_id,
    goals.journey_run_id,
    goals.journey_step_id,
    goals.message_id,
    goals.profile_key,
    goals.profile_type,
    goals.channel,
    goals.occurred_at,
    goals.seconds_since_delivery
from {{ ref("fct_goals").include(database=false) }} as goals
{{ join_name("dim_journeys", "goals") }}
{{ join_name("dim_journey_steps", "goals") }}
{{ join_name("dim_messages", "goals") }}
{{ join_name("dim_business_units", "goals") }}
{{ join_name("dim_channels", "goals") }}
