{{ stage_entity("CustomerJourneyIterationStarted") }}
