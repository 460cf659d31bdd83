{{ stage_entity("PassThroughActivityContactProcessed") }}
