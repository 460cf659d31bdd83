select
    units.business_unit_id,
    names.record_name as business_unit_name
from warehouse.marts.dim_business_units as units
left join names on names.record_type = 'business_unit' and units.business_unit_id = names.record_id
