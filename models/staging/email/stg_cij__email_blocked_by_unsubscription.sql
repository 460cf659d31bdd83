{{ stage_entity("EmailBlockedByUnsubscription") }}
