-- An open tells the e-mail client, a click of a person the three others; the simulator's last id of each kind has no name.
select
    cast(uses.used_at as date) as event_date,
    uses.organization_id,
    uses.business_unit_id,
    uses.client_kind,
    uses.client_id,
    case when uses.client_id is null then 'unknown' else names.client_name end as client_name,
    nullif(count(*) filter (where uses.client_kind = 'email_client'), 0) as opens,
    nullif(count(*) filter (where uses.client_kind != 'email_client'), 0) as clicks
from client_uses as uses
left join warehouse.reference.client_names as names
    on uses.client_kind = names.client_kind and uses.client_id = names.client_id
group by all
