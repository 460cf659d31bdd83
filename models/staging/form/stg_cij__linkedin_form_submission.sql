{{ stage_entity("LinkedInFormSubmission") }}
