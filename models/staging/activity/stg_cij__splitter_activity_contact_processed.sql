{{ stage_entity("SplitterActivityContactProcessed") }}
