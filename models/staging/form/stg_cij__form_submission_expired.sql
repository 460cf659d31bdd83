{{ stage_entity("FormSubmissionExpired") }}
