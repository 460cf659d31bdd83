{{ stage_entity("CustomSent") }}
