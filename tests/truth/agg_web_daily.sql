select
    cast(occurred_at as date) as activity_date,
    organization_id,
    business_unit_id,
    website_id,
    page,
    count(*) filter (activity_type = 'visit') as visits,
    count(distinct visitor_id) as visitors,
    count(distinct session_id) as sessions,
    count(*) filter (activity_type = 'click') as clicks,
    count(*) filter (activity_type = 'form_visit') as form_visits
from web
group by all
