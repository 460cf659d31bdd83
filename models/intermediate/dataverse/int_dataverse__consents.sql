{%- set erased_contact_points = erased_contact_points() -%}

with consents as (
    {{ latest_records(ref("stg_dataverse__contact_point_consent"), "contact_point_consent_id") }}
),

topics as (
    select * from {{ ref("int_dataverse__topics") }}
),

decoded as (
    select
        *,
        {{ option_name("contact_point_type", "consents.contact_point_type_code") }} as contact_point_type,
        {{ option_name("consent_type", "consents.consent_type_code") }} as consent_type,
        {{ option_name("consent_value", "consents.consent_value_code") }} as consent_status,
        {{ option_name("consent_logical_reason", "consents.logical_reason_code") }} as consent_reason,
        {{ option_name("consent_source", "consents.source_code") }} as consent_source
    from consents
),

keyed as (
    select
        *,
        case
            when {{ is_pseudonym("decoded.contact_point") }} then decoded.contact_point
            else {{ contact_point_key("decoded.contact_point") }}
        end as contact_point_key
    from decoded
)

select
    keyed.contact_point_consent_id,
    {% if erased_contact_points -%}
        case
            when {{ pseudonym("keyed.contact_point_key") }} in ({{ erased_contact_points }})
                then {{ pseudonym("keyed.contact_point_key") }}
            else keyed.contact_point_key
        end as contact_point_key,
    {%- else -%}
        keyed.contact_point_key,
    {%- endif %}
    keyed.contact_point_type,
    keyed.consent_type,
    keyed.consent_status,
    keyed.consent_reason,
    keyed.consent_source,
    coalesce(keyed.purpose_id, topics.purpose_id) as purpose_id,
    keyed.topic_id,
    topics.topic_name,
    keyed.state_code = 0 as is_active,
    keyed.created_at,
    keyed.is_deleted,
    keyed.changed_at
from keyed
left join topics
    on keyed.topic_id = topics.topic_id
