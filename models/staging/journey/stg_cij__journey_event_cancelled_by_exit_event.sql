{{ stage_entity("JourneyEventCancelledByExitEvent") }}
