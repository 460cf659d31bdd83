with purposes as (
    {{ latest_records(ref("stg_dataverse__purpose"), "purpose_id") }}
)

select
    purpose_id,
    purpose_name,
    {{ option_name("purpose_type", "purposes.purpose_type_code") }} as purpose_type,
    {{ option_name("enforcement_model", "purposes.email_enforcement_code") }} as email_enforcement,
    {{ option_name("enforcement_model", "purposes.sms_enforcement_code") }} as sms_enforcement,
    {{ option_name("enforcement_model", "purposes.custom_enforcement_code") }} as custom_enforcement,
    {{ option_name("enforcement_model", "purposes.voice_enforcement_code") }} as voice_enforcement,
    is_deleted
from purposes
