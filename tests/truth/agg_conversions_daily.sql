-- The record gives no number to a conversion, but no two of them share person, definition and time.
with credits as (
    select
        *,
        1.0 / greatest(touches, 1) as share
    from conversions
)

select
    cast(converted_at as date) as conversion_date,
    attribution_method,
    organization_id,
    conversion_event_definition_id,
    conversion_event_definition_name,
    channel,
    journey_id,
    message_id,
    count(distinct (organization_id, profile_id, converted_at)) as conversions,
    round(sum(credit), 9) as credit
from (
    select *, 'linear' as attribution_method, share as credit from credits
    union all
    select *, 'first_touch', 1.0 from credits where touches = 0 or touch_number = 1
    union all
    select *, 'last_touch', 1.0 from credits where touches = 0 or touch_number = touches
)
group by all
