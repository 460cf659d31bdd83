{{ stage_entity("EmailBlockedExternalConsentFailure") }}
