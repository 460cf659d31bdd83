{{ stage_entity("JourneyEventEntryProcessed") }}
