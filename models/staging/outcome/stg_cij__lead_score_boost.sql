{{ stage_entity("LeadScoreBoost") }}
