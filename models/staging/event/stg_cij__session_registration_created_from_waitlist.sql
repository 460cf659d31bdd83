{{ stage_entity("SessionRegistrationCreatedFromWaitlist") }}
