{{ family_interactions([
    ref('stg_cij__action_event_dropoff'),
    ref('stg_cij__action_event_inflow'),
    ref('stg_cij__action_event_postponed'),
    ref('stg_cij__action_event_processed'),
    ref('stg_cij__action_event_resumed'),
    ref('stg_cij__action_event_system_failure'),
]) }}
