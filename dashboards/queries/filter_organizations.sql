select distinct
    organization_id as id,
    left(organization_id, 8) as label
from marts.dim_journeys
where organization_id is not null
order by label
