{{ stage_entity("EntityDeleted") }}
