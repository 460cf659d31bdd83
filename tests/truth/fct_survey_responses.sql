select * from survey_responses
