{{ stage_entity("EmailHardBounced") }}
