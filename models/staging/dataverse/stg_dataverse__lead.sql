{{ stage_entity("lead") }}
