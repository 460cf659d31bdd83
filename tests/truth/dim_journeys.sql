-- Which journeys there are is for the oracle to say; here it is about what they are called.
select
    journeys.journey_id,
    names.record_name as journey_name,
    names.record_state as journey_state,
    names.is_deleted
from warehouse.marts.dim_journeys as journeys
left join names on names.record_type = 'journey' and journeys.journey_id = names.record_id
