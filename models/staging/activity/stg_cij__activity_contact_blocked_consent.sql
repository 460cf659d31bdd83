{{ stage_entity("ActivityContactBlockedConsent") }}
