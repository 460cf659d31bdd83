{{ stage_entity("EmailBlockedDuplicateAddress") }}
