{{ stage_entity("JourneyEventExited") }}
