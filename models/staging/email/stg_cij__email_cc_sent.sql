{{ stage_entity("EmailCcSent") }}
