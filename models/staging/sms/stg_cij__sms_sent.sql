{{ stage_entity("SmsSent") }}
