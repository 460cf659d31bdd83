-- Nobody belongs to two organizations, so people add up over them.
select
    people.month_start_date,
    sum(people.distinct_people)::bigint as distinct_people,
    sum(people.distinct_people_12_months)::bigint as distinct_people_12_months,
    sum(people.interactions)::bigint as interactions
from marts.agg_interacted_people_monthly as people
where
    people.month_start_date is not null
    and {{ in_period("people.month_start_date") }}
    and {{ chosen("organizations", "people.organization_id") }}
group by all
order by people.month_start_date
