{{ stage_entity("EmailBlockedSuspension") }}
