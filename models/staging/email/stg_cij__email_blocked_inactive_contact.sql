{{ stage_entity("EmailBlockedInactiveContact") }}
