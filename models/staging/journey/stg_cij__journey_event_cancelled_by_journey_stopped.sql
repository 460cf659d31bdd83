{{ stage_entity("JourneyEventCancelledByJourneyStopped") }}
