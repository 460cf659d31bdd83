with late as (
    select
        *,
        date_diff('second', occurred_at, arrived_at) as seconds
    from arrivals
)

select
    interaction_type,
    case
        when seconds < 0 then 'before_event'
        when seconds <= 60 * 60 then 'within_1_hour'
        when seconds <= 12 * 60 * 60 then 'within_12_hours'
        when seconds <= 24 * 60 * 60 then 'within_1_day'
        when seconds <= 7 * 24 * 60 * 60 then 'within_7_days'
        else 'over_7_days'
    end as lateness_band,
    count(*) as interactions,
    min(occurred_at) as first_event_at,
    max(occurred_at) as last_event_at,
    cast(median(seconds) as double) as median_lateness_seconds,
    cast(max(seconds) as double) as max_lateness_seconds,
    (select avg(cast(seconds > 12 * 60 * 60 as integer)) from late) as share_later_than_12_hours
from late
group by all
