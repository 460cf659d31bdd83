-- Each step with its predecessor, found by number and not by looking back.
select
    b.organization_id,
    b.business_unit_id,
    b.journey_engine,
    b.journey_id,
    b.journey_run_id,
    b.profile_type,
    b.profile_id,
    a.journey_step_id as from_step_id,
    b.journey_step_id as to_step_id,
    a.step_outcome as from_step_outcome,
    case a.step_outcome
        when 'processed' then a.processed_at
        when 'failed' then a.failed_at
        when 'dropped_off' then a.dropped_off_at
    end as left_at,
    b.entered_at as occurred_at,
    date_diff('second', a.entered_at, b.entered_at)::double as seconds_between,
    b.step_number - 1 as transition_number,
    b.parent_step_id = a.journey_step_id as is_designed_route
from steps as a
inner join steps as b
    on
        a.organization_id = b.organization_id
        and a.journey_id = b.journey_id
        and a.journey_run_id = b.journey_run_id
        and a.profile_type is not distinct from b.profile_type
        and a.profile_id is not distinct from b.profile_id
        and a.step_number + 1 = b.step_number
