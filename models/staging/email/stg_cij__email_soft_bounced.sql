{{ stage_entity("EmailSoftBounced") }}
