{{ stage_entity("InvalidRecipientAddress") }}
