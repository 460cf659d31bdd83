select
    organization_id,
    registration_type,
    session_id,
    min(event_id) as event_id,
    min(business_unit_id) as business_unit_id,
    count(*) filter (was_registered or was_waitlisted or was_cancelled) as registrations,
    count(*) filter (was_registered) as registered,
    count(*) filter (was_waitlisted) as waitlisted,
    count(*) filter (was_moved_from_waitlist) as moved_from_waitlist,
    count(*) filter (registration_outcome = 'cancelled') as cancelled,
    count(*) filter (was_registered and registration_outcome != 'cancelled') as expected,
    count(*) filter (was_checked_in) as checked_in,
    count(*) filter (not (was_registered or was_waitlisted or was_cancelled)) as walk_ins,
    count(distinct profile_key) as people,
    min(registered_at) as first_registered_at,
    min(first_checked_in_at) as first_checked_in_at,
    count(*) filter (was_registered and was_checked_in and registration_outcome != 'cancelled')
    / nullif(count(*) filter (was_registered and registration_outcome != 'cancelled'), 0) as attendance_rate
from registrations
group by organization_id, registration_type, session_id, case when registration_type = 'event' then event_id end
