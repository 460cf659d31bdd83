{{ stage_entity("FormSubmissionConfirmed") }}
