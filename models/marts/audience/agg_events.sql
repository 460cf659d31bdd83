with registrations as (
    select
        *,
        {{ is_walk_in("facts") }} as is_walk_in
    from {{ ref("fct_event_registrations") }} as facts
),

counted as (
    select
        organization_id,
        registration_type,
        case when registration_type = 'event' then event_id end as grouped_event_id,
        session_id,
        min(event_id) as event_id,
        min(business_unit_id) as business_unit_id,
        count(*) filter (where not is_walk_in) as registrations,
        count(*) filter (where was_registered) as registered,
        count(*) filter (where was_waitlisted) as waitlisted,
        count(*) filter (where was_moved_from_waitlist) as moved_from_waitlist,
        count(*) filter (where registration_outcome = 'cancelled') as cancelled,
        count(*) filter (where registration_outcome = 'checked_in') as checked_in,
        count(*) filter (where is_walk_in) as walk_ins,
        count(*) filter (where was_registered and registration_outcome != 'cancelled') as expected,
        count(*) filter (where was_registered and registration_outcome = 'checked_in') as expected_checked_in,
        count(distinct profile_key) as people,
        min(registered_at) as first_registered_at,
        min(first_checked_in_at) as first_checked_in_at
    from registrations
    group by organization_id, registration_type, grouped_event_id, session_id
),

final as (
    select
        {{ surrogate_key(["organization_id", "registration_type", "grouped_event_id", "session_id"]) }} as event_key,
        organization_id,
        business_unit_id,
        registration_type,
        event_id,
        session_id,
        registrations,
        registered,
        waitlisted,
        moved_from_waitlist,
        cancelled,
        expected,
        checked_in,
        walk_ins,
        people,
        first_registered_at,
        first_checked_in_at,
        {{ rate("expected_checked_in", "expected") }} as attendance_rate,
        {{ rate("cancelled", "registrations") }} as cancellation_rate,
        {{ rate("moved_from_waitlist", "waitlisted") }} as waitlist_rate
    from counted
)

select * from final
