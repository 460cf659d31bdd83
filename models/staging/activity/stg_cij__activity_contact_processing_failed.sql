{{ stage_entity("ActivityContactProcessingFailed") }}
