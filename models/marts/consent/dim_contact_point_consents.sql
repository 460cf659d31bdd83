with consents as (
    select * from {{ ref("int_dataverse__consents") }}
),

purposes as (
    select * from {{ ref("int_dataverse__purposes") }}
)

select
    consents.contact_point_consent_id,
    consents.contact_point_key,
    consents.contact_point_type,
    consents.consent_type,
    consents.purpose_id,
    purposes.purpose_name,
    purposes.purpose_type,
    case consents.contact_point_type
        when 'email' then purposes.email_enforcement
        when 'sms' then purposes.sms_enforcement
        when 'custom' then purposes.custom_enforcement
    end as enforcement_model,
    consents.topic_id,
    consents.topic_name,
    consents.consent_status,
    consents.is_active,
    consents.created_at,
    consents.changed_at,
    consents.is_deleted
from consents
left join purposes
    on consents.purpose_id = purposes.purpose_id
