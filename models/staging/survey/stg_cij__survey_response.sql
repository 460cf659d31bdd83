{{ stage_entity("SurveyResponse") }}
