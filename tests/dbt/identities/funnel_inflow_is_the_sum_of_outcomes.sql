-- In every step of the funnel nobody is lost or counted twice, and the funnel holds every step of the fact.
select
    organization_id,
    journey_id,
    journey_step_id,
    inflow
from {{ ref("agg_journey_funnel") }}
where inflow != processed + failed + dropped_off + postponed + in_progress

union all

select
    'total' as organization_id,
    cast(null as string) as journey_id,
    cast(null as string) as journey_step_id,
    sum(inflow) as inflow
from {{ ref("agg_journey_funnel") }}
having coalesce(sum(inflow), 0) != (select count(*) from {{ ref("fct_journey_steps") }})
