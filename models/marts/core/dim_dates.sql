with days as (
    select date_day
    from {{ date_series(var("dim_dates_start"), var("dim_dates_end")) }} as series
)

select
    date_day,
    cast(date_trunc('week', date_day) as date) as week_start_date,
    cast(date_trunc('month', date_day) as date) as month_start_date,
    cast(date_trunc('quarter', date_day) as date) as quarter_start_date,
    cast(date_trunc('year', date_day) as date) as year_start_date,
    cast(extract(year from date_day) as integer) as year_number,
    cast(extract(quarter from date_day) as integer) as quarter_of_year,
    cast(extract(month from date_day) as integer) as month_of_year,
    cast(extract(day from date_day) as integer) as day_of_month,
    {{ iso_day_of_week("date_day") }} as day_of_week,
    {{ iso_day_of_week("date_day") }} >= 6 as is_weekend
from days
