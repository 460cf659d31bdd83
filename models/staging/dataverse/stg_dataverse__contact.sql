{{ stage_entity("contact") }}
