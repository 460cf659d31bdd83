with methods as (
    select unnest(['first_touch', 'last_touch', 'linear']) as attribution_method
)

select
    conversions.* exclude (journey_run_id, touched_profile_id),
    attribution_method,
    touches > 0 as is_attributed,
    epoch(converted_at - touched_at) as seconds_to_conversion,
    case when attribution_method = 'linear' then 1.0 / greatest(touches, 1) else 1.0 end as credit
from conversions, methods
where
    touches = 0
    or attribution_method = 'linear'
    or (attribution_method = 'first_touch' and touch_number = 1)
    or (attribution_method = 'last_touch' and touch_number = touches)
