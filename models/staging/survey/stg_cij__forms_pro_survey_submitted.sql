{{ stage_entity("FormsProSurveySubmitted") }}
