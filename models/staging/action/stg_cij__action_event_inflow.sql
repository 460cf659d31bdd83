{{ stage_entity("ActionEventInflow") }}
