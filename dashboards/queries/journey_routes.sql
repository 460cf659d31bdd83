-- from_step means from_step_id
-- to_step means to_step_id
-- $journey_version: null means all. The longest-trodden routes of the first places: more can't be read in a picture.
with routes as (
    select
        routes.transition_number,
        routes.from_step_key,
        routes.to_step_key,
        routes.from_step_id,
        routes.to_step_id,
        sum(routes.transitions)::bigint as transitions,
        sum(routes.designed_transitions)::bigint as designed_transitions
    from marts.agg_journey_routes as routes
    where
        routes.journey_key = $journey_key
        and ($journey_version::varchar is null or routes.journey_version = $journey_version)
        and routes.transition_number <= 8
        and {{ in_period("routes.run_date") }}
    group by all
)

select
    routes.transition_number,
    {{ step_label("from_steps", "routes.from_step_id") }} as from_step,
    {{ step_label("to_steps", "routes.to_step_id") }} as to_step,
    routes.transitions,
    routes.designed_transitions,
    routes.from_step_id,
    routes.to_step_id
from routes
left join marts.dim_journey_steps as from_steps on routes.from_step_key = from_steps.step_key
left join marts.dim_journey_steps as to_steps on routes.to_step_key = to_steps.step_key
order by routes.transition_number, routes.transitions desc, from_step, to_step
limit 80
