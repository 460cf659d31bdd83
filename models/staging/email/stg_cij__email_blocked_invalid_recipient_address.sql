{{ stage_entity("EmailBlockedInvalidRecipientAddress") }}
