-- Conversions are the one kind of event that says when it arrived.
with arrivals as (
    select
        interaction_type,
        occurred_at,
        {{ seconds_between("occurred_at", "arrived_at") }} as lateness_seconds
    from {{ ref("int_outcome__interactions") }}
    where
        occurred_at is not null
        and arrived_at is not null
),

banded as (
    select
        *,
        case
            when lateness_seconds < 0 then 'before_event'
            when lateness_seconds <= 3600 then 'within_1_hour'
            when lateness_seconds <= 43200 then 'within_12_hours'
            when lateness_seconds <= 86400 then 'within_1_day'
            when lateness_seconds <= 604800 then 'within_7_days'
            else 'over_7_days'
        end as lateness_band
    from arrivals
),

totals as (
    select
        interaction_type,
        count(*) as interactions,
        count(*) filter (where lateness_seconds > 43200) as later_than_12_hours
    from banded
    group by interaction_type
),

bands as (
    select
        interaction_type,
        lateness_band,
        count(*) as interactions,
        min(occurred_at) as first_event_at,
        max(occurred_at) as last_event_at,
        {{ quantile("lateness_seconds", 0.5) }} as median_lateness_seconds,
        {{ quantile("lateness_seconds", 0.9) }} as p90_lateness_seconds,
        max(lateness_seconds) as max_lateness_seconds
    from banded
    group by interaction_type, lateness_band
),

final as (
    select
        bands.interaction_type,
        bands.lateness_band,
        bands.interactions,
        bands.first_event_at,
        bands.last_event_at,
        bands.median_lateness_seconds,
        bands.p90_lateness_seconds,
        bands.max_lateness_seconds,
        {{ rate("bands.interactions", "totals.interactions") }} as share_of_type,
        {{ rate("totals.later_than_12_hours", "totals.interactions") }} as share_later_than_12_hours
    from bands
    inner join totals
        on bands.interaction_type = totals.interaction_type
)

select * from final
