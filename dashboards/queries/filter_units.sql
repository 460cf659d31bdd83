with units as (
    select
        business_unit_id,
        max(business_unit_name) as business_unit_name
    from marts.dim_business_units
    where {{ chosen("organizations", "organization_id") }}
    group by business_unit_id
)

select
    business_unit_id as id,
    {{ label("business_unit_name", "business_unit_id") }} as label
from units
order by label
