{{ config(materialized="view") }}

with consents as (
    {{ latest_records(ref("stg_dataverse__contact_point_consent"), "contact_point_consent_id") }}
),

topics as (
    {{ latest_records(ref("stg_dataverse__topic"), "topic_id") }}
),

decoded as (
    select
        *,
        {{ option_name("contact_point_type", "consents.contact_point_type_code") }} as contact_point_type,
        {{ option_name("consent_type", "consents.consent_type_code") }} as consent_type,
        {{ option_name("consent_value", "consents.consent_value_code") }} as consent_status
    from consents
)

select
    decoded.contact_point_consent_id,
    {{ contact_point_key("decoded") }} as contact_point_key,
    decoded.contact_point_type,
    decoded.consent_type,
    decoded.consent_status,
    coalesce(decoded.purpose_id, topics.purpose_id) as purpose_id,
    decoded.topic_id,
    topics.topic_name,
    decoded.state_code = 0 as is_active,
    decoded.created_at,
    decoded.is_deleted,
    decoded.changed_at
from decoded
left join topics
    on decoded.topic_id = topics.topic_id
