with events as (
    select
        interactions.*,
        interaction_types.activity_event,
        interaction_types.activity_kind,
        -- Nothing ties an event without a submission id to another one.
        case when interactions.form_submission_id is null then {{ interaction_key("interactions") }} end as lone_key
    from {{ ref("int_form__interactions") }} as interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where interaction_types.activity_event != 'visited'
),

submissions as (
    select
        {{ surrogate_key(["organization_id", "form_submission_id", "lone_key"]) }} as form_submission_key,
        organization_id,
        form_submission_id,
        min(business_unit_id) as business_unit_id,
        min(journey_engine) as journey_engine,
        case
            when count(*) filter (where activity_kind = 'confirmable') > 0 then 'confirmable'
            when count(*) filter (where activity_kind = 'linkedin') > 0 then 'linkedin'
            else 'form'
        end as submission_type,
        min(coalesce(form_id, linkedin_form_id)) as form_id,
        min(form_name) as form_name,
        min(linkedin_campaign_id) as linkedin_campaign_id,
        min(page_url) as page_url,
        min(visitor_id) as visitor_id,
        min(session_id) as session_id,
        {{ first_person() }},
        {{ first_journey() }},
        min(message_id) as message_id,
        min(occurred_at) filter (where activity_event in ('submitted', 'confirmation_requested')) as submitted_at,
        min(occurred_at) filter (where activity_event = 'confirmation_requested') as confirmation_requested_at,
        min(occurred_at) filter (where activity_event = 'confirmed') as confirmed_at,
        min(occurred_at) filter (where activity_event = 'expired') as expired_at,
        case
            when count(*) filter (where activity_event = 'confirmed') > 0 then 'confirmed'
            when count(*) filter (where activity_event = 'expired') > 0 then 'expired'
            when count(*) filter (where activity_event = 'confirmation_requested') > 0 then 'open'
        end as confirmation_outcome,
        min(form_submission_result) as form_submission_result,
        min(contact_matching_result) as contact_matching_result,
        min(lead_matching_result) as lead_matching_result
    from events
    group by organization_id, form_submission_id, lone_key
),

final as (
    select
        submissions.form_submission_key,
        submissions.organization_id,
        submissions.business_unit_id,
        submissions.journey_engine,
        submissions.submission_type,
        submissions.form_submission_id,
        submissions.form_id,
        submissions.form_name,
        submissions.linkedin_campaign_id,
        submissions.page_url,
        submissions.visitor_id,
        submissions.session_id,
        {{ profile_key("submissions") }} as profile_key,
        submissions.profile_type,
        submissions.profile_id,
        submissions.journey_id,
        submissions.journey_run_id,
        submissions.journey_step_id,
        submissions.message_id,
        submissions.submitted_at,
        submissions.confirmation_requested_at,
        submissions.confirmed_at,
        submissions.expired_at,
        submissions.confirmation_outcome,
        submissions.form_submission_result,
        submissions.contact_matching_result,
        submissions.lead_matching_result,
        {{ seconds_between("submissions.confirmation_requested_at", "submissions.confirmed_at") }} as seconds_to_confirm
    from submissions
    {{- join_survivors("submissions") }}
)

select * from final
