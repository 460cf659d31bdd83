{{ stage_entity("CustomNotSent") }}
