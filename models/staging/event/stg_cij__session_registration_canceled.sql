{{ stage_entity("SessionRegistrationCanceled") }}
