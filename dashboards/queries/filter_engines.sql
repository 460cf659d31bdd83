select distinct
    journey_engine as id,
    replace(journey_engine, '_', ' ') as label
from marts.dim_journeys
where journey_engine is not null
order by label
