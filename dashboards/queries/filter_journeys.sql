with journeys as (
    select
        journey_id,
        max(journey_name) as journey_name
    from marts.dim_journeys
    where {{ chosen("organizations", "organization_id") }}
    group by journey_id
)

select
    journey_id as id,
    {{ label("journey_name", "journey_id") }} as label
from journeys
order by label
