with interactions as (
    select
        interactions.*,
        interaction_types.activity_event,
        interaction_types.activity_kind as registration_type,
        case
            when interaction_types.activity_kind = 'session' then interactions.session_registration_id
            else interactions.event_registration_id
        end as registration_id,
        case
            when interaction_types.activity_kind = 'session' then interactions.session_id
            else interactions.event_id
        end as event_or_session_id
    from {{ ref("int_event__interactions") }} as interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
),

events as (
    select
        *,
        {{ interaction_key("interactions") }} as interaction_key,
        case
            when interactions.profile_id is not null and interactions.event_or_session_id is not null
                then {{ surrogate_key(qualified(
                    ["organization_id", "registration_type", "event_or_session_id", "profile_type", "profile_id"],
                    "interactions",
                )) }}
        end as holder_key
    from interactions
),

registered as (
    select
        {{ surrogate_key(["organization_id", "registration_type", "registration_id"]) }} as event_registration_key,
        {{ first_by("holder_key", ["occurred_at", "holder_key"], "holder_key is not null") }} as holder_key,
        coalesce(
            min(occurred_at) filter (where activity_event in ('registered', 'waitlisted', 'moved_from_waitlist')),
            min(occurred_at)
        ) as made_at
    from events
    where registration_id is not null
    group by organization_id, registration_type, registration_id
),

-- Check-ins and cancelled sessions name no registration: the person's latest made by then is meant, else the earliest.
candidates as (
    select
        events.interaction_key,
        registered.event_registration_key,
        row_number() over (
            partition by events.interaction_key
            order by
                case when registered.made_at <= events.occurred_at then 0 else 1 end asc,
                case when registered.made_at <= events.occurred_at then registered.made_at end desc nulls last,
                registered.made_at asc nulls last,
                registered.event_registration_key asc
        ) as row_number
    from events
    inner join registered
        on events.holder_key = registered.holder_key
    where events.registration_id is null
),

attached as (
    select
        events.*,
        -- Where there is no registration either, the person's events of the same event or session make one row.
        case
            when events.registration_id is not null
                then {{ surrogate_key(
                    ["events.organization_id", "events.registration_type", "events.registration_id"]
                ) }}
            else coalesce(candidates.event_registration_key, events.holder_key, events.interaction_key)
        end as event_registration_key
    from events
    left join candidates
        on
            events.interaction_key = candidates.interaction_key
            and candidates.row_number = 1
),

registrations as (
    select
        event_registration_key,
        min(organization_id) as organization_id,
        min(business_unit_id) as business_unit_id,
        min(journey_engine) as journey_engine,
        min(registration_type) as registration_type,
        min(registration_id) as registration_id,
        min(event_id) as event_id,
        min(case when registration_type = 'session' then session_id end) as session_id,
        {{ first_person() }},
        {{ first_journey() }},
        min(occurred_at) filter (where activity_event in ('registered', 'moved_from_waitlist')) as registered_at,
        max(occurred_at) filter (where activity_event in ('registered', 'moved_from_waitlist')) as last_registered_at,
        min(occurred_at) filter (where activity_event = 'waitlisted') as waitlisted_at,
        min(occurred_at) filter (where activity_event = 'moved_from_waitlist') as moved_from_waitlist_at,
        max(occurred_at) filter (where activity_event = 'cancelled') as cancelled_at,
        min(occurred_at) filter (where activity_event = 'checked_in') as first_checked_in_at,
        count(*) filter (where activity_event = 'checked_in') as check_ins,
        count(*) filter (where activity_event in ('registered', 'moved_from_waitlist')) > 0 as was_registered,
        count(*) filter (where activity_event = 'waitlisted') > 0 as was_waitlisted,
        count(*) filter (where activity_event = 'moved_from_waitlist') > 0 as was_moved_from_waitlist,
        count(*) filter (where activity_event = 'cancelled') > 0 as was_cancelled
    from attached
    group by event_registration_key
),

final as (
    select
        registrations.event_registration_key,
        registrations.organization_id,
        registrations.business_unit_id,
        registrations.journey_engine,
        registrations.registration_type,
        registrations.registration_id,
        registrations.event_id,
        registrations.session_id,
        {{ profile_key("registrations") }} as profile_key,
        registrations.profile_type,
        registrations.profile_id,
        registrations.journey_id,
        registrations.journey_run_id,
        registrations.journey_step_id,
        registrations.registered_at,
        registrations.waitlisted_at,
        registrations.moved_from_waitlist_at,
        registrations.cancelled_at,
        registrations.first_checked_in_at,
        registrations.check_ins,
        registrations.was_registered,
        registrations.was_waitlisted,
        registrations.was_moved_from_waitlist,
        registrations.was_cancelled,
        registrations.check_ins > 0 as was_checked_in,
        case
            when registrations.check_ins > 0 then 'checked_in'
            when
                registrations.was_cancelled
                and not coalesce(registrations.cancelled_at < registrations.last_registered_at, false)
                then 'cancelled'
            when registrations.was_registered then 'registered'
            else 'waitlisted'
        end as registration_outcome,
        {{ seconds_between("registrations.waitlisted_at", "registrations.moved_from_waitlist_at") }}
            as seconds_on_waitlist
    from registrations
    {{- join_survivors("registrations") }}
)

select * from final
