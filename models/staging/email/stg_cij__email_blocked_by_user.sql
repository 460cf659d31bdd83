{{ stage_entity("EmailBlockedByUser") }}
