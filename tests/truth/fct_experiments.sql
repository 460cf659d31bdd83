select
    organization_id,
    journey_id,
    journey_step_id,
    selected_action_version,
    min(business_unit_id) as business_unit_id,
    count(*) as participants,
    count(distinct profile_key) as people,
    count(*) filter (was_goal_reached) as goals,
    avg(cast(was_goal_reached as integer)) as goal_rate,
    min(assigned_at) as first_assigned_at,
    max(assigned_at) as last_assigned_at
from experiments
group by all
