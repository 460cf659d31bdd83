select
    steps.*,
    coalesce(dim_journeys.journey_name, steps.journey_id) as journey,
    coalesce(dim_journey_steps.journey_step_name, steps.journey_step_id) as journey_step,
    dim_journey_steps.step_type,
    dim_journey_steps.step_order
from marts.agg_journey_steps_daily as steps
left join marts.dim_journeys on steps.journey_key = dim_journeys.journey_key
left join marts.dim_journey_steps on steps.step_key = dim_journey_steps.step_key
