{{ family_interactions([
    ref('stg_cij__confirmable_form_submitted'),
    ref('stg_cij__form_submission_confirmed'),
    ref('stg_cij__form_submission_expired'),
    ref('stg_cij__form_submitted'),
    ref('stg_cij__form_visited'),
    ref('stg_cij__linkedin_form_submission'),
]) }}
