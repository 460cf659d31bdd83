{{ stage_entity("EmailBlockedInvalidSenderAddress") }}
