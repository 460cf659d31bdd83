{{ stage_entity("EventCheckIn") }}
