{{ stage_entity("SmsBounced") }}
