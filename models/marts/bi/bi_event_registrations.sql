{%- set first_known_at = "coalesce(registrations.registered_at, registrations.waitlisted_at, "
    ~ "registrations.cancelled_at, registrations.first_checked_in_at)" -%}

select
    registrations.event_registration_key,
    {{ report_date(first_known_at) }} as registration_date,
    coalesce(dim_journeys.journey_name, registrations.journey_id) as journey,
    coalesce(dim_journey_steps.journey_step_name, registrations.journey_step_id) as journey_step,
    coalesce(dim_business_units.business_unit_name, registrations.business_unit_id) as business_unit,
    {{ is_walk_in("registrations") }} as is_walk_in,
    registrations.organization_id,
    registrations.business_unit_id,
    registrations.journey_engine,
    registrations.journey_id,
    registrations.journey_run_id,
    registrations.journey_step_id,
    registrations.registration_type,
    registrations.registration_id,
    registrations.event_id,
    registrations.session_id,
    registrations.profile_key,
    registrations.profile_type,
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
    registrations.was_checked_in,
    registrations.registration_outcome,
    registrations.seconds_on_waitlist
from {{ ref("fct_event_registrations").include(database=false) }} as registrations
{{ join_name("dim_journeys", "registrations") }}
{{ join_name("dim_journey_steps", "registrations") }}
{{ join_name("dim_business_units", "registrations") }}
