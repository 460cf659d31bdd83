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
    {{ enforcement_model("consents.contact_point_type", "purposes") }} as enforcement_model,
    consents.topic_id,
    consents.topic_name,
    consents.consent_status,
    consents.consent_reason,
    consents.consent_source,
    consents.is_active,
    consents.created_at,
    consents.changed_at,
    consents.is_deleted
from consents
left join purposes
    on consents.purpose_id = purposes.purpose_id
