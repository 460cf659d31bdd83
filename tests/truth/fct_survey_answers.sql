select * from survey_answers
