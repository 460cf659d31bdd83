{{ config(materialized=view_or_own_table()) }}
{%- set held = "interaction_types.consent_change is not null" %}

with interactions as (
    {{ union_families(
        [ref("int_email__interactions"), ref("int_form__interactions"), ref("int_audience__interactions")],
        interaction_columns({
            "delivered_count": "bigint",
            "email_address_used": "varchar",
            "contact_point_key": "varchar",
            "confirmation_request_id": "varchar",
            "confirmation_value": "varchar",
            "request_object_id": "varchar",
            "request_object_name": "varchar",
            "request_object_value": "varchar",
            "request_type": "varchar",
            "segment_id": "varchar",
            "form_id": "varchar",
            "form_submission_id": "varchar",
        })
    ) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

changes as (
    select
        interactions.*,
        {{ interaction_key("interactions", has_delivered_count=true) }} as interaction_key,
        interaction_types.channel,
        interaction_types.consent_change,
        nullif(lower(trim(interactions.email_address_used)), '') as contact_point
    from interactions
    inner join interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where {{ held }}
),

-- A request that was written several times under one id speaks with its earliest row.
requests as (
    select
        *,
        row_number() over (
            partition by organization_id, confirmation_request_id order by occurred_at nulls last, interaction_key
        ) as place
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
        coalesce(changes.contact_point, requests.contact_point) as contact_point,
        coalesce(changes.contact_point_key, requests.contact_point_key) as contact_point_key,
        coalesce(changes.request_object_id, requests.request_object_id) as purpose_id,
        coalesce(changes.request_object_name, requests.request_object_name) as purpose_name,
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
            and requests.place = 1
),

final as (
    select
        interaction_key,
        interaction_type,
        change_type,
        case
            when change_type in ('opted_out', 'complained') then 'opted_out'
            when change_type = 'confirmed' and not {{ yes_or_no("requested_value") }} then 'opted_out'
            when change_type in ('opted_in', 'confirmed') then 'opted_in'
            when change_type = 'requested' then 'pending'
        end as consent_status,
        organization_id,
        business_unit_id,
        journey_engine,
        profile_key,
        profile_type,
        profile_id,
        contact_point,
        contact_point_key,
        case when contact_point_key is not null or channel = 'email' then 'email' end as contact_point_type,
        case
            when coalesce(purpose_id, purpose_name) is not null then 'purpose'
            when segment_id is not null then 'segment'
            when form_id is not null then 'form'
            else 'all'
        end as consent_scope,
        coalesce(purpose_id, lower(purpose_name), segment_id, form_id) as consent_scope_id,
        purpose_id,
        purpose_name,
        request_type,
        requested_value,
        segment_id,
        form_id,
        form_submission_id,
        confirmation_request_id,
        journey_id,
        journey_run_id,
        journey_step_id,
        message_id,
        occurred_at
    {{- added_columns("completed", held) }}
    from completed
)

select * from final
