{{ stage_entity("JourneyEventPreEntryDropoff") }}
