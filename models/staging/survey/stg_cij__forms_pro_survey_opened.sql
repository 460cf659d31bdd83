{{ stage_entity("FormsProSurveyOpened") }}
