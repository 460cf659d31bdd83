{{ stage_entity("InvalidReplyToAddress") }}
