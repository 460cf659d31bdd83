-- period_start means occurred_at
-- changes means change_type
-- $step: day, week or month.
select
    date_trunc($step, changes.occurred_at)::date as period_start,
    changes.change_type,
    count(*) as changes
from marts.fct_consent_changes as changes
where
    changes.occurred_at is not null
    and {{ in_period("changes.occurred_at") }}
    and {{ chosen("organizations", "changes.organization_id") }}
    and {{ chosen("channels", "changes.contact_point_type") }}
    and {{ chosen("journeys", "changes.journey_id") }}
    and {{ chosen("units", "changes.business_unit_id") }}
    and {{ chosen("engines", "changes.journey_engine") }}
group by all
order by period_start, changes.change_type
