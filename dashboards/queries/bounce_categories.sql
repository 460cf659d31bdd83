select
    coalesce(bounces.bounce_category, 'no cause given') as bounce_category,
    coalesce(bounces.bounce_type, 'unknown') as bounce_type,
    sum(bounces.bounce_events)::bigint as bounce_events
from marts.agg_bounces_daily as bounces
where
    {{ in_period("bounces.bounce_date") }}
    and {{ chosen("organizations", "bounces.organization_id") }}
    and {{ chosen("journeys", "bounces.journey_id") }}
    and {{ chosen("units", "bounces.business_unit_id") }}
group by all
order by bounce_events desc, bounce_category
limit 100
