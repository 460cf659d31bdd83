{{ stage_entity("TriggerActivityContactProcessed") }}
