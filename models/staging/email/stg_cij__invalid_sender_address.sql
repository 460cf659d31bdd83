{{ stage_entity("InvalidSenderAddress") }}
