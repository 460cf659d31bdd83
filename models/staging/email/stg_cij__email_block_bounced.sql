{{ stage_entity("EmailBlockBounced") }}
