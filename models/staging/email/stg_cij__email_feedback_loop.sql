{{ stage_entity("EmailFeedbackLoop") }}
