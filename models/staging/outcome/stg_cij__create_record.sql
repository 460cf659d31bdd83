{{ stage_entity("CreateRecord") }}
