{{ stage_entity("ActionEventProcessed") }}
