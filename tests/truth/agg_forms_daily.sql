select
    coalesce(visited.form_date, submitted.form_date) as form_date,
    coalesce(visited.organization_id, submitted.organization_id) as organization_id,
    coalesce(visited.business_unit_id, submitted.business_unit_id) as business_unit_id,
    coalesce(visited.form_id, submitted.form_id) as form_id,
    submitted.form_name,
    coalesce(visited.visits, 0) as visits,
    coalesce(visited.visitors, 0) as visitors,
    coalesce(submitted.submissions, 0) as submissions,
    coalesce(submitted.confirmations_requested, 0) as confirmations_requested,
    coalesce(submitted.confirmed, 0) as confirmed,
    coalesce(submitted.expired, 0) as expired
from (
    select
        cast(occurred_at as date) as form_date,
        organization_id,
        business_unit_id,
        form_id,
        count(*) as visits,
        count(distinct visitor_id) as visitors
    from web
    where activity_type = 'form_visit'
    group by all
) as visited
full outer join (
    select
        cast(submitted_at as date) as form_date,
        organization_id,
        business_unit_id,
        form_id,
        min(form_name) as form_name,
        count(*) as submissions,
        count(*) filter (submission_type = 'confirmable') as confirmations_requested,
        count(*) filter (confirmation_outcome = 'confirmed') as confirmed,
        count(*) filter (confirmation_outcome = 'expired') as expired
    from forms
    group by all
) as submitted
    on
        visited.form_date = submitted.form_date
        and visited.organization_id = submitted.organization_id
        and visited.business_unit_id = submitted.business_unit_id
        and visited.form_id = submitted.form_id
