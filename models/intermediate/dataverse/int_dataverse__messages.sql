{{ config(materialized="view") }}

{%- set tables = {
    "email": "email",
    "sms": "sms",
    "push": "push_notification",
    "custom": "custom_channel_message",
} %}

with messages as (
    {%- for channel, table in tables.items() %}
    {%- set staged = ref("stg_dataverse__" ~ table) %}
    select
        message_id,
        '{{ channel }}' as channel,
        message_name,
        {{ "message_subject" if channel in ("email", "push") else "cast(null as varchar) as message_subject" }},
        status_code,
        owning_business_unit_id,
        created_at,
        is_deleted,
        changed_at
    from (
        {{ latest_records(staged, "message_id") }}
    ) as {{ table }}_records
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}
)

select
    message_id,
    channel,
    message_name,
    message_subject,
    {{ option_name("message_status", "messages.status_code") }} as message_status,
    owning_business_unit_id,
    created_at,
    is_deleted,
    changed_at
from messages
