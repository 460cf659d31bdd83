{{ stage_entity("CustomDelivered") }}
