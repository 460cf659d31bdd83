{{ stage_entity("JourneyEventInflow") }}
