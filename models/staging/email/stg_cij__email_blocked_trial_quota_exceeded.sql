{{ stage_entity("EmailBlockedTrialQuotaExceeded") }}
