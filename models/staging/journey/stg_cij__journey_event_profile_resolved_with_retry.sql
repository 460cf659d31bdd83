{{ stage_entity("JourneyEventProfileResolvedWithRetry") }}
