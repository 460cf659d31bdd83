-- Each month with its twelve months of sends, counted anew, where the mart adds up who comes and who goes.
with sends as (
    select organization_id, profile_key, cast(date_trunc('month', sent_at) as date) as sent_month
    from messages
    where was_sent and journey_id is not null and channel != 'voice'
),

months as (
    select
        organization_id,
        cast(unnest(generate_series(min(sent_month), max(sent_month), interval 1 month)) as date) as month_start_date
    from sends
    group by organization_id
)

select
    months.organization_id,
    month_start_date,
    count(*) filter (where sent_month = month_start_date) as interactions,
    count(distinct profile_key) filter (where sent_month = month_start_date) as distinct_people,
    count(*) as interactions_12_months,
    count(distinct profile_key) as distinct_people_12_months
from months
inner join sends
    on
        months.organization_id = sends.organization_id
        and sent_month between month_start_date - interval 11 month and month_start_date
group by all
