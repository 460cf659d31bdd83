{{ stage_entity("EmailBlockedByActivityExpiration") }}
