{{ stage_entity("EmailDelivered") }}
