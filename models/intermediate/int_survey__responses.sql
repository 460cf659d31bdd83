with submissions as (
    select
        interactions.*,
        interaction_types.activity_kind,
        case when interactions.survey_response_id is null then {{ interaction_key("interactions") }} end as lone_key
    from {{ ref("int_survey__interactions") }} as interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where interaction_types.activity_event = 'submitted'
),

responses as (
    select
        {{ surrogate_key(["organization_id", "survey_response_id", "lone_key"]) }} as survey_response_key,
        organization_id,
        survey_response_id,
        min(business_unit_id) as business_unit_id,
        min(journey_engine) as journey_engine,
        min(activity_kind) as survey_source,
        min(survey_id) as survey_id,
        min(survey_name) as survey_name,
        min(survey_invite) as survey_invite,
        {{ first_person() }},
        {{ first_journey() }},
        min(message_id) as message_id,
        min(occurred_at) as submitted_at,
        {{ first_by("score", ["occurred_at", "score"], "score is not null") }} as score
    from submissions
    group by organization_id, survey_response_id, lone_key
),

final as (
    select
        *,
        {{ survey_respondent_key("responses", "survey_source") }} as respondent_key
    from responses
)

select * from final
