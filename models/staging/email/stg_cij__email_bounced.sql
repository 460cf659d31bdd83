{{ stage_entity("EmailBounced") }}
