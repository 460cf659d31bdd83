{{ config(contract={"enforced": has_fixed_columns()}) }}
{%- set held = "interaction_types.activity_event = 'answered'" %}

with interactions as (
    select
        interactions.*,
        interaction_types.activity_kind as survey_source
    from {{ ref("int_survey__interactions") }} as interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where {{ held }}
),

answers as (
    select
        *,
        {{ interaction_key("interactions") }} as interaction_key,
        coalesce(interactions.question_response, interactions.response) as answer,
        {{ survey_respondent_key("interactions", "survey_source") }} as respondent_key
    from interactions
),

responses as (
    select * from {{ ref("int_survey__responses") }}
),

-- An answer belongs to the respondent's next submission. An invitation or run of Customer Voice is answered once, so
-- there an answer that was logged after its submission finds it too.
candidates as (
    select
        answers.interaction_key,
        responses.survey_response_key,
        responses.survey_response_id,
        row_number() over (
            partition by answers.interaction_key
            order by
                case when responses.submitted_at >= answers.occurred_at then 0 else 1 end asc,
                case when responses.submitted_at >= answers.occurred_at then responses.submitted_at end asc nulls last,
                responses.submitted_at desc nulls last,
                responses.survey_response_key asc
        ) as row_number
    from answers
    inner join responses
        on answers.respondent_key = responses.respondent_key
    where
        answers.survey_source = 'customer_voice'
        or responses.submitted_at >= answers.occurred_at
),

final as (
    select
        answers.interaction_key,
        answers.interaction_type,
        answers.survey_source,
        answers.organization_id,
        answers.business_unit_id,
        candidates.survey_response_key,
        candidates.survey_response_id,
        answers.survey_id,
        answers.survey_name,
        answers.survey_question_id as question_id,
        answers.survey_question_name as question_name,
        answers.answer,
        {{ number_in("answers.answer") }} as numeric_answer,
        {{ profile_key("answers") }} as profile_key,
        answers.profile_type,
        answers.profile_id,
        answers.journey_id,
        answers.journey_run_id,
        answers.journey_step_id,
        answers.message_id,
        answers.occurred_at as answered_at
    {{- added_columns("answers", held) }}
    from answers
        {{- join_survivors("answers") }}
    left join candidates
        on
            answers.interaction_key = candidates.interaction_key
            and candidates.row_number = 1
)

select * from final
