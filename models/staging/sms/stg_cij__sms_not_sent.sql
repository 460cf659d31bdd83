{{ stage_entity("SmsNotSent") }}
