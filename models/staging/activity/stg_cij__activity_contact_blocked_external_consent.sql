{{ stage_entity("ActivityContactBlockedExternalConsent") }}
