{{ stage_entity("JourneyEventProfileUnresolved") }}
