-- A step may come twice in a run; with its place before its name, no route leads back.
select
    routes.*,
    coalesce(dim_journeys.journey_name, routes.journey_id) as journey,
    routes.transition_number || '. ' || coalesce(from_steps.journey_step_name, routes.from_step_id) as from_step,
    routes.transition_number + 1 || '. ' || coalesce(to_steps.journey_step_name, routes.to_step_id) as to_step
from marts.agg_journey_routes as routes
left join marts.dim_journeys
    on
        routes.organization_id is not distinct from dim_journeys.organization_id
        and routes.journey_id = dim_journeys.journey_id
left join marts.dim_journey_steps as from_steps on routes.from_step_key = from_steps.step_key
left join marts.dim_journey_steps as to_steps on routes.to_step_key = to_steps.step_key
