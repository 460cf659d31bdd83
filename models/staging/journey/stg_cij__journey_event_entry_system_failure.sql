{{ stage_entity("JourneyEventEntrySystemFailure") }}
