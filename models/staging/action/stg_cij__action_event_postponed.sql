{{ stage_entity("ActionEventPostponed") }}
