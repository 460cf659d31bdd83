{%- set grain = ["form_date", "organization_id", "business_unit_id", "form_id"] -%}

with visits as (
    select
        {{ report_date("occurred_at") }} as form_date,
        organization_id,
        business_unit_id,
        form_id,
        count(*) as visits,
        count(distinct visitor_id) as visitors
    from {{ ref("fct_web_activity") }}
    where activity_type = 'form_visit'
    group by {{ grain | join(", ") }}
),

submissions as (
    select
        {{ report_date("submitted_at") }} as form_date,
        organization_id,
        business_unit_id,
        form_id,
        min(form_name) as form_name,
        count(*) as submissions,
        count(confirmation_outcome) as confirmations_requested,
        count(*) filter (where confirmation_outcome = 'confirmed') as confirmed,
        count(*) filter (where confirmation_outcome = 'expired') as expired
    from {{ ref("fct_form_submissions") }}
    group by {{ grain | join(", ") }}
),

-- Each side has a day and form once; a union, because either side may lack it and both may be null.
combined as (
    select
        {{ grain | join(", ") }},
        null as form_name,
        visits,
        visitors,
        0 as submissions,
        0 as confirmations_requested,
        0 as confirmed,
        0 as expired
    from visits
    union all
    select
        {{ grain | join(", ") }},
        form_name,
        0 as visits,
        0 as visitors,
        submissions,
        confirmations_requested,
        confirmed,
        expired
    from submissions
),

counted as (
    select
        {{ grain | join(", ") }},
        min(form_name) as form_name,
        cast(sum(visits) as bigint) as visits,
        cast(sum(visitors) as bigint) as visitors,
        cast(sum(submissions) as bigint) as submissions,
        cast(sum(confirmations_requested) as bigint) as confirmations_requested,
        cast(sum(confirmed) as bigint) as confirmed,
        cast(sum(expired) as bigint) as expired
    from combined
    group by {{ grain | join(", ") }}
),

final as (
    select
        {{ surrogate_key(grain) }} as form_daily_key,
        *,
        {{ rate("submissions", "visits") }} as submission_rate,
        {{ rate("confirmed", "confirmations_requested") }} as confirmation_rate,
        {{ rate("expired", "confirmations_requested") }} as expiry_rate
    from counted
)

select * from final
