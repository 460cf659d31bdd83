{{ stage_entity("JourneyEventCancelledByActionFailure") }}
