{{ stage_entity("ActionEventSystemFailure") }}
