{{ stage_entity("EmailSubscriptionSubmit") }}
