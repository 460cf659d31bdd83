{{ stage_entity("JourneyEventUndefined") }}
