{{ stage_entity("EmailBlockedInvalidReplyToAddress") }}
