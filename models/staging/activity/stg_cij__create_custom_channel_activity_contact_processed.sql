{{ stage_entity("CreateCustomChannelActivityContactProcessed") }}
