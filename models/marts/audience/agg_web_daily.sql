{%- set grain = ["activity_date", "organization_id", "business_unit_id", "website_id", "page"] -%}

with activity as (
    select
        activity_type,
        organization_id,
        business_unit_id,
        website_id,
        page,
        visitor_id,
        session_id,
        {{ report_date("occurred_at") }} as activity_date
    from {{ ref("fct_web_activity") }}
),

counted as (
    select
        {{ grain | join(", ") }},
        count(*) filter (where activity_type = 'visit') as visits,
        count(distinct visitor_id) as visitors,
        count(distinct session_id) as sessions,
        count(*) filter (where activity_type = 'click') as clicks,
        count(*) filter (where activity_type = 'form_visit') as form_visits
    from activity
    group by {{ grain | join(", ") }}
),

final as (
    select
        {{ surrogate_key(grain) }} as web_daily_key,
        *
    from counted
)

select * from final
