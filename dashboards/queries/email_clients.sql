-- $kind: email_client, device_type, operating_system or browser. Opens tell the first, clicks the others.
select
    case when clients.client_id is null then 'not told' else coalesce(clients.client_name, left(clients.client_id, 8)) end
        as client_name,
    sum(clients.opens)::bigint as opens,
    sum(clients.clicks)::bigint as clicks
from marts.agg_email_clients as clients
where
    clients.client_kind = $kind
    and {{ in_period("clients.event_date") }}
    and {{ chosen("organizations", "clients.organization_id") }}
    and {{ chosen("units", "clients.business_unit_id") }}
group by all
order by coalesce(sum(clients.opens), sum(clients.clicks)) desc, client_name
limit 12
