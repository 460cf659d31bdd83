{{ stage_entity("EventRegistration") }}
