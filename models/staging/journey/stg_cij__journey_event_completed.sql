{{ stage_entity("JourneyEventCompleted") }}
