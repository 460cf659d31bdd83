with responses as (
    select * from {{ ref("int_survey__responses") }}
),

opened as (
    select
        interactions.*,
        interaction_types.activity_kind as survey_source
    from {{ ref("int_survey__interactions") }} as interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where interaction_types.activity_event = 'opened'
),

openings as (
    select
        *,
        {{ interaction_key("opened") }} as interaction_key,
        {{ survey_respondent_key("opened", "survey_source") }} as respondent_key
    from opened
),

answers as (
    select
        survey_response_key,
        count(*) as answers
    from {{ ref("fct_survey_answers") }}
    where survey_response_key is not null
    group by survey_response_key
),

openings_of_responses as (
    select
        responses.survey_response_key,
        openings.journey_id,
        openings.journey_run_id,
        openings.journey_step_id,
        openings.message_id,
        openings.occurred_at as opened_at,
        row_number() over (
            partition by responses.survey_response_key
            order by openings.occurred_at desc, openings.interaction_key asc
        ) as row_number
    from responses
    inner join openings
        on
            responses.respondent_key = openings.respondent_key
            and responses.submitted_at >= openings.occurred_at
),

submitted as (
    select
        responses.*,
        coalesce(responses.message_id, openings.message_id) as named_message_id,
        openings.opened_at,
        -- Only where the response itself names no journey does the opening speak for it.
        responses.journey_id is null and responses.journey_run_id is null as is_journey_of_opening,
        openings.journey_id as opening_journey_id,
        openings.journey_run_id as opening_journey_run_id,
        openings.journey_step_id as opening_journey_step_id,
        coalesce(answers.answers, 0) as answers
    from responses
    left join openings_of_responses as openings
        on
            responses.survey_response_key = openings.survey_response_key
            and openings.row_number = 1
    left join answers
        on responses.survey_response_key = answers.survey_response_key
),

last_submissions as (
    select
        respondent_key,
        max(submitted_at) as last_submitted_at
    from responses
    where respondent_key is not null
    group by respondent_key
),

unanswered as (
    select
        openings.*,
        coalesce(openings.respondent_key, openings.interaction_key) as opening_key,
        row_number() over (
            partition by coalesce(openings.respondent_key, openings.interaction_key)
            order by openings.occurred_at desc nulls last, openings.interaction_key asc
        ) as row_number
    from openings
    left join last_submissions
        on openings.respondent_key = last_submissions.respondent_key
    where
        last_submissions.last_submitted_at is null
        or openings.occurred_at is null
        or openings.occurred_at > last_submissions.last_submitted_at
),

combined as (
    select
        survey_response_key,
        organization_id,
        business_unit_id,
        journey_engine,
        survey_source,
        survey_id,
        survey_name,
        survey_response_id,
        profile_type,
        profile_id,
        case when is_journey_of_opening then opening_journey_id else journey_id end as journey_id,
        case when is_journey_of_opening then opening_journey_run_id else journey_run_id end as journey_run_id,
        case when is_journey_of_opening then opening_journey_step_id else journey_step_id end as journey_step_id,
        named_message_id as message_id,
        opened_at,
        submitted_at,
        score,
        answers,
        'submitted' as response_outcome
    from submitted
    union all
    select
        {{ surrogate_key(["'opened'", "opening_key"]) }} as survey_response_key,
        organization_id,
        business_unit_id,
        journey_engine,
        survey_source,
        survey_id,
        survey_name,
        cast(null as string) as survey_response_id,
        profile_type,
        profile_id,
        journey_id,
        journey_run_id,
        journey_step_id,
        message_id,
        occurred_at as opened_at,
        cast(null as timestamp) as submitted_at,
        cast(null as double) as score,
        cast(0 as bigint) as answers,
        'opened' as response_outcome
    from unanswered
    where row_number = 1
),

final as (
    select
        combined.survey_response_key,
        combined.organization_id,
        combined.business_unit_id,
        combined.journey_engine,
        combined.survey_source,
        combined.survey_id,
        combined.survey_name,
        combined.survey_response_id,
        {{ profile_key("combined") }} as profile_key,
        combined.profile_type,
        combined.profile_id,
        combined.journey_id,
        combined.journey_run_id,
        combined.journey_step_id,
        combined.message_id,
        combined.opened_at,
        combined.submitted_at,
        combined.score,
        combined.answers,
        combined.response_outcome,
        {{ seconds_between("combined.opened_at", "combined.submitted_at") }} as seconds_to_submit
    from combined
    {{- join_survivors("combined") }}
)

select * from final
