{{ stage_entity("ActionEventResumed") }}
