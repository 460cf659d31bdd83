{{ stage_entity("JourneyEventInprogress") }}
