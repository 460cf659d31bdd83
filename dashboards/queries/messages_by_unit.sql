with {{ counted_messages(["organization_id", "business_unit_id"]) }}

select
    coalesce(units.business_unit_name, left(messages.business_unit_id, 8), 'without a unit') as business_unit_name,
    messages.business_unit_id,
    {{ message_metrics() }}
from counted_messages as messages
inner join marts.dim_channels using (channel)
left join marts.dim_business_units as units
    on
        messages.organization_id is not distinct from units.organization_id
        and messages.business_unit_id = units.business_unit_id
group by messages.organization_id, messages.business_unit_id, units.business_unit_name
order by inflow desc, business_unit_name, messages.business_unit_id
limit 1000
