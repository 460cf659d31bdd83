{{ stage_entity("EmailBlockedConsentNotGiven") }}
