{{ stage_entity("EmailForwarded") }}
