-- Every conversion is there in each method and gives away exactly itself, in the fact as in the daily aggregate.
with methods as (
    select 'first_touch' as attribution_method
    union all
    select 'last_touch' as attribution_method
    union all
    select 'linear' as attribution_method
),

conversions as (
    select count(*) as conversions
    from {{ ref("fct_interactions") }} as interactions
    inner join {{ ref("dim_interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where interaction_types.activity_event = 'converted'
),

per_conversion as (
    select
        attribution_method,
        interaction_key,
        sum(credit) as credit
    from {{ ref("fct_conversions") }}
    group by attribution_method, interaction_key
),

per_method as (
    select
        attribution_method,
        count(*) as conversions,
        max(abs(credit - 1)) as largest_error
    from per_conversion
    group by attribution_method
),

per_day as (
    select
        attribution_method,
        sum(credit) as credit
    from {{ ref("agg_conversions_daily") }}
    group by attribution_method
)

select
    methods.attribution_method,
    conversions.conversions as expected_conversions,
    per_method.conversions,
    per_method.largest_error,
    per_day.credit as daily_credit
from methods
cross join conversions
left join per_method
    on methods.attribution_method = per_method.attribution_method
left join per_day
    on methods.attribution_method = per_day.attribution_method
where
    conversions.conversions != coalesce(per_method.conversions, 0)
    or per_method.largest_error > 1e-9
    -- Each row of the aggregate is rounded to 9 decimal places.
    or abs(conversions.conversions - coalesce(per_day.credit, 0)) > 1e-6 * (1 + conversions.conversions)
