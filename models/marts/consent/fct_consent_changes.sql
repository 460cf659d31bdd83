{{ config(contract={"enforced": has_fixed_columns()}) }}
{%- set held = "interaction_types.consent_change is not null" %}
{%- set columns = interaction_columns({
    "delivered_count": "bigint",
    "confirmation_request_id": "varchar",
    "confirmation_value": "varchar",
    "request_object_id": "varchar",
    "request_object_name": "varchar",
    "request_object_value": "varchar",
    "request_type": "varchar",
    "segment_id": "varchar",
    "form_id": "varchar",
    "form_submission_id": "varchar",
    "text": "varchar",
}) %}
{%- do columns.update(contact_point_columns()) %}

with interactions as (
    {{ union_families([
        ref("int_email__interactions"),
        ref("int_form__interactions"),
        ref("int_audience__interactions"),
        ref("int_sms__interactions"),
    ], columns) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

keywords as (
    select * from {{ ref("sms_keywords") }}
    where keyword_type in ('opt_in', 'opt_out')
),

messages as (
    select * from {{ ref("int_dataverse__messages") }}
    where channel = 'email'
),

topics as (
    select * from {{ ref("int_dataverse__topics") }}
),

records as (
    select * from {{ ref("int_dataverse__consents") }}
    where not is_deleted
),

-- Of texts, those that are a keyword and nothing else.
changes as (
    select
        interactions.*,
        {{ interaction_key("interactions", has_delivered_count=true) }} as interaction_key,
        interaction_types.channel,
        interaction_types.activity_event in ('subscribed', 'unsubscribed') as is_of_list,
        case
            when interaction_types.consent_change != 'by_keyword' then interaction_types.consent_change
            when keywords.keyword_type = 'opt_in' then 'opted_in'
            else 'opted_out'
        end as consent_change,
        coalesce(interaction_types.message_event = 'unsubscribed', false) as is_unsubscription,
        nullif({{ lower_case(trimmed(contact_point_of(columns, "interactions"))) }}, '') as contact_point,
        {{ contact_point_key_of_an_event("interactions") }} as point_key
    from interactions
    inner join interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    left join keywords
        on
            interaction_types.consent_change = 'by_keyword'
            and {{ first_word("interactions.text") }} = keywords.keyword
            and {{ is_one_word("interactions.text") }}
    where {{ held }} and (interaction_types.consent_change != 'by_keyword' or keywords.keyword is not null)
),

-- A request that was written several times under one id speaks with its earliest row.
requests as (
    select
        *,
        row_number() over (
            partition by organization_id, confirmation_request_id order by occurred_at nulls last, interaction_key
        ) as row_number
    from changes
    where consent_change = 'requested' and confirmation_request_id is not null
),

completed as (
    select
        changes.interaction_key,
        changes.interaction_type,
        case
            when changes.consent_change != 'answered' then changes.consent_change
            when {{ yes_or_no("changes.confirmation_value") }} then 'confirmed'
            when not {{ yes_or_no("changes.confirmation_value") }} then 'declined'
            else 'answered'
        end as change_type,
        changes.organization_id,
        changes.business_unit_id,
        changes.journey_engine,
        {{ profile_key("changes") }} as profile_key,
        changes.profile_type,
        changes.profile_id,
        changes.channel,
        changes.is_unsubscription,
        coalesce(changes.is_of_list, false) as is_of_list,
        coalesce(changes.contact_point, requests.contact_point) as contact_point,
        coalesce(changes.point_key, requests.point_key) as contact_point_key,
        coalesce(changes.request_object_id, requests.request_object_id) as request_object_id,
        coalesce(changes.request_object_name, requests.request_object_name) as request_object_name,
        coalesce(changes.request_object_value, requests.request_object_value) as requested_value,
        coalesce(changes.request_type, requests.request_type) as request_type,
        changes.segment_id,
        changes.form_id,
        changes.form_submission_id,
        changes.confirmation_request_id,
        changes.journey_id,
        changes.journey_run_id,
        changes.journey_step_id,
        changes.message_id,
        changes.occurred_at
    {{- added_columns("changes", held) }}
    from changes
        {{- join_survivors("changes") }}
    left join requests
        on
            changes.organization_id is not distinct from requests.organization_id
            and changes.confirmation_request_id = requests.confirmation_request_id
            and changes.consent_change = 'answered'
            and requests.row_number = 1
),

-- A request names a purpose or a topic. An unsubscription is about the topic that its e-mail was sent for, if it was
-- sent for one, else about the purpose.
scoped as (
    select
        completed.*,
        case
            when completed.change_type in ('opted_out', 'complained') then 'opted_out'
            when completed.change_type = 'confirmed' and not {{ yes_or_no("completed.requested_value") }}
                then 'opted_out'
            when completed.change_type in ('opted_in', 'confirmed') then 'opted_in'
            when completed.change_type = 'requested' then 'pending'
        end as consent_status,
        case
            when completed.channel = 'sms' then 'sms'
            when completed.channel = 'email' or completed.contact_point_key is not null then 'email'
        end as contact_point_type,
        case
            when topics.topic_id is not null then topics.topic_id
            when completed.request_object_id is null then messages.topic_id
        end as topic_id,
        topics.topic_name,
        case
            when topics.topic_id is not null then coalesce(topics.purpose_id, messages.purpose_id)
            else coalesce(completed.request_object_id, messages.purpose_id)
        end as purpose_id,
        case when topics.topic_id is null then completed.request_object_name end as purpose_name
    from completed
    left join messages
        on
            completed.message_id = messages.message_id
            and completed.is_unsubscription
            and not completed.is_of_list
    left join topics
        on coalesce(completed.request_object_id, messages.topic_id) = topics.topic_id
),

-- Dataverse keeps why and where a decision was made, in the record that took it over soon after the event.
recorded as (
    select
        scoped.interaction_key,
        records.consent_reason,
        records.consent_source,
        row_number() over (
            partition by scoped.interaction_key
            order by
                abs({{ seconds_between("scoped.occurred_at", "records.changed_at") }}),
                records.contact_point_consent_id
        ) as row_number
    from scoped
    inner join records
        on
            scoped.contact_point_key = records.contact_point_key
            and scoped.contact_point_type = records.contact_point_type
            and scoped.consent_status = records.consent_status
    where
        {{ seconds_between("scoped.occurred_at", "records.changed_at") }} between -3600 and 86400
        and (scoped.purpose_id is null or scoped.purpose_id = records.purpose_id)
        and (
            scoped.topic_id is not distinct from records.topic_id
            or (scoped.purpose_id is null and scoped.topic_id is null)
        )
),

final as (
    select
        scoped.interaction_key,
        scoped.interaction_type,
        scoped.change_type,
        scoped.consent_status,
        scoped.organization_id,
        scoped.business_unit_id,
        scoped.journey_engine,
        scoped.profile_key,
        scoped.profile_type,
        scoped.profile_id,
        scoped.contact_point,
        scoped.contact_point_key,
        scoped.contact_point_type,
        case
            when scoped.is_of_list then 'segment'
            when scoped.channel = 'form' then 'form'
            when scoped.topic_id is not null then 'topic'
            when coalesce(scoped.purpose_id, scoped.purpose_name) is not null then 'purpose'
            else 'all'
        end as consent_scope,
        case
            when scoped.is_of_list then scoped.segment_id
            when scoped.channel = 'form' then scoped.form_id
            else coalesce(scoped.topic_id, scoped.purpose_id, {{ lower_case("scoped.purpose_name") }})
        end as consent_scope_id,
        scoped.purpose_id,
        scoped.purpose_name,
        scoped.topic_id,
        scoped.topic_name,
        recorded.consent_reason,
        recorded.consent_source,
        scoped.request_type,
        scoped.requested_value,
        scoped.segment_id,
        scoped.form_id,
        scoped.form_submission_id,
        scoped.confirmation_request_id,
        scoped.journey_id,
        scoped.journey_run_id,
        scoped.journey_step_id,
        scoped.message_id,
        scoped.occurred_at
    {{- added_columns("scoped", held) }}
    from scoped
    left join recorded
        on
            scoped.interaction_key = recorded.interaction_key
            and recorded.row_number = 1
)

select * from final
