with organizations as (
    select organization_id from marts.dim_journeys
    union
    select organization_id from marts.dim_messages
)

select
    organization_id as id,
    left(organization_id, 8) as label
from organizations
where organization_id is not null
order by label, id
