{{ stage_entity("SmsDelivered") }}
