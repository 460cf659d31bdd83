{{ stage_entity("CreateCrmActivityContactProcessed") }}
