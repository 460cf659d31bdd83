{{ stage_entity("SessionRegistrationWaitlisted") }}
