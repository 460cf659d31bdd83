{{ stage_entity("CreateLeadActivityContactProcessed") }}
