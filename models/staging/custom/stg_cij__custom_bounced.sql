{{ stage_entity("CustomBounced") }}
