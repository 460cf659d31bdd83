{{ stage_entity("SmsReceived") }}
