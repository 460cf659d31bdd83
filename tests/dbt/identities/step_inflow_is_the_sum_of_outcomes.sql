-- A step's inflow ends somewhere: processed, failed, dropped off, postponed or still in progress. The inflow is
-- counted anew from the interactions, so that a step lost on the way to the aggregate shows too.
with step_types as (
    select interaction_type
    from {{ ref("dim_interaction_types") }}
    where step_event is not null
),

aggregated as (
    select
        journey_id,
        journey_step_id,
        sum(inflow) as inflow,
        sum(processed + failed + dropped_off + postponed + in_progress) as outcomes
    from {{ ref("agg_journey_steps_daily") }}
    group by journey_id, journey_step_id
),

-- One hash each instead of the columns: two steps, or two visits of one, would have to share 64 bits to be taken for
-- one.
counted as (
    select
        min(journey_id) as journey_id,
        min(journey_step_id) as journey_step_id,
        count(distinct {{ quick_hash(step_grain()) }}) as visits
    from {{ ref("fct_interactions") }}
    where interaction_type in (select step_types.interaction_type from step_types)
    group by journey_id, journey_step_id
)

select
    counted.journey_id,
    counted.journey_step_id,
    counted.visits,
    aggregated.inflow,
    aggregated.outcomes
from counted
full outer join aggregated
    on
        counted.journey_id is not distinct from aggregated.journey_id
        and counted.journey_step_id is not distinct from aggregated.journey_step_id
where
    counted.visits is distinct from aggregated.inflow
    or aggregated.inflow is distinct from aggregated.outcomes
