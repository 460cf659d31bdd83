{{ stage_entity("EventRegistrationCanceled") }}
