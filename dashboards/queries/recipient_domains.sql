select
    coalesce(domains.recipient_domain, 'unknown') as recipient_domain,
    coalesce(units.business_unit_name, left(domains.business_unit_id, 8), 'none') as business_unit_name,
    domains.deliverability_status,
    domains.sent,
    domains.delivered,
    domains.delivery_rate,
    domains.hard_bounce_rate,
    domains.soft_bounce_rate,
    domains.spam_rate,
    domains.unsubscribe_rate,
    domains.open_rate,
    domains.click_rate
from marts.agg_recipient_domains as domains
left join marts.dim_business_units as units
    on
        domains.organization_id is not distinct from units.organization_id
        and domains.business_unit_id = units.business_unit_id
where
    {{ chosen("organizations", "domains.organization_id") }}
    and {{ chosen("units", "domains.business_unit_id") }}
order by
    list_position(['over_limit', 'above_preferred', 'ok', 'no_data'], domains.deliverability_status),
    domains.sent desc,
    domains.recipient_domain
limit 500
