{{ stage_entity("EmailBlockedContactabilityDoNotEmail") }}
