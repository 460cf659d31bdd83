select
    goals.*,
    epoch(goals.occurred_at - messages.delivered_at) as seconds_since_delivery
from goals
left join messages
    on
        goals.organization_id = messages.organization_id
        and goals.profile_id is not distinct from messages.profile_id
        and goals.journey_run_id = messages.journey_run_id
        and goals.journey_step_id = messages.journey_step_id
        and goals.message_id = messages.message_id
