{{ family_interactions([
    ref('stg_cij__event_check_in'),
    ref('stg_cij__event_registration'),
    ref('stg_cij__event_registration_canceled'),
    ref('stg_cij__event_registration_created_from_waitlist'),
    ref('stg_cij__event_registration_waitlisted'),
    ref('stg_cij__session_registration_canceled'),
    ref('stg_cij__session_registration_created_from_waitlist'),
    ref('stg_cij__session_registration_waitlisted'),
]) }}
