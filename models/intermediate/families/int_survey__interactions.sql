{{ family_interactions([
    ref('stg_cij__customer_voice_question_response_submitted'),
    ref('stg_cij__customer_voice_suvey_response_submitted'),
    ref('stg_cij__forms_pro_survey_opened'),
    ref('stg_cij__forms_pro_survey_question_answered'),
    ref('stg_cij__forms_pro_survey_submitted'),
    ref('stg_cij__survey_response'),
]) }}
