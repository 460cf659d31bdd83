{{ stage_entity("ActionEventDropoff") }}
