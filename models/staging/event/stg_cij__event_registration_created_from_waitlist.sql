{{ stage_entity("EventRegistrationCreatedFromWaitlist") }}
