-- step means journey_step_name
-- The few events are found first: joined to names as they are read, all of them would be looked at.
with events as materialized (
    select
        interaction_key,
        occurred_at,
        interaction_type,
        channel,
        organization_id,
        journey_id,
        journey_step_id,
        message_id
    from marts.fct_interactions
    where
        profile_bucket = {{ duckdb__profile_bucket("$person") }}
        and profile_key = $person
        and {{ in_period("occurred_at") }}
        and {{ chosen("journeys", "journey_id") }}
    order by occurred_at desc nulls last, interaction_key
    limit 500
)

select
    events.occurred_at,
    events.interaction_type,
    events.channel,
    coalesce(journeys.journey_name, left(events.journey_id, 8)) as journey_name,
    {{ step_label("steps", "events.journey_step_id") }} as step,
    coalesce(messages.message_name, left(events.message_id, 8)) as message_name
from events
left join marts.dim_journeys as journeys
    on events.organization_id is not distinct from journeys.organization_id and events.journey_id = journeys.journey_id
left join marts.dim_journey_steps as steps
    on
        events.organization_id is not distinct from steps.organization_id
        and events.journey_id = steps.journey_id
        and events.journey_step_id = steps.journey_step_id
left join marts.dim_messages as messages
    on events.organization_id is not distinct from messages.organization_id and events.message_id = messages.message_id
order by events.occurred_at desc nulls last, events.interaction_key
