{{ stage_entity("FormVisited") }}
