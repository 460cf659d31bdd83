{{ stage_entity("CustomerJourneyContactRecordUpdated") }}
