{{ stage_entity("FormsProSurveyQuestionAnswered") }}
