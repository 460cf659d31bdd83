with domains as (
    select
        domains.recipient_domain,
        domains.organization_id,
        domains.business_unit_id,
        sum(domains.sent)::bigint as sent,
        sum(domains.delivered)::bigint as delivered,
        {{ rate("sum(domains.delivered)", "sum(domains.sent)") }} as delivery_rate,
        {{ rate("sum(domains.hard_bounces)", "sum(domains.sent)") }} as hard_bounce_rate,
        {{ rate("sum(domains.soft_bounces)", "sum(domains.sent)") }} as soft_bounce_rate,
        {{ rate("sum(domains.spam_reports)", "sum(domains.delivered)") }} as spam_rate,
        {{ rate("sum(domains.unsubscribes)", "sum(domains.delivered)") }} as unsubscribe_rate,
        {{ rate("sum(domains.unique_opens)", "sum(domains.delivered)") }} as open_rate,
        {{ rate("sum(domains.unique_clicks)", "sum(domains.delivered)") }} as click_rate
    from marts.agg_recipient_domains_daily as domains
    where
        {{ in_period("domains.attempt_date") }}
        and {{ chosen("organizations", "domains.organization_id") }}
        and {{ chosen("units", "domains.business_unit_id") }}
    group by domains.recipient_domain, domains.organization_id, domains.business_unit_id
),

-- Rates and status are those of marts.agg_recipient_domains; settings stand there as JSON.
limits as (
    select
        {% for name in ["hard_bounce_limit", "hard_bounce_preferred", "spam_limit"] %}
        max(try_cast(trim(setting_value, '"') as double)) filter (where setting_name = '{{ name }}') as {{ name }},
        {% endfor %}
    from ops.build_settings
)

select
    coalesce(domains.recipient_domain, 'unknown') as recipient_domain,
    coalesce(units.business_unit_name, left(domains.business_unit_id, 8), 'none') as business_unit_name,
    {{ deliverability_status(
        "limits.hard_bounce_limit", "limits.hard_bounce_preferred", "limits.spam_limit"
    ) }} as deliverability_status,
    domains.* exclude (recipient_domain, organization_id, business_unit_id)
from domains
cross join limits
left join marts.dim_business_units as units
    on
        domains.organization_id is not distinct from units.organization_id
        and domains.business_unit_id = units.business_unit_id
order by
    list_position(['over_limit', 'above_preferred', 'ok', 'no_data'], deliverability_status),
    domains.sent desc,
    domains.recipient_domain
limit 500
