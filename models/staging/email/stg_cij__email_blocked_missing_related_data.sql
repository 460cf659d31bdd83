{{ stage_entity("EmailBlockedMissingRelatedData") }}
