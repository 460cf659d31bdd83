{{ stage_entity("EventRegistrationWaitlisted") }}
