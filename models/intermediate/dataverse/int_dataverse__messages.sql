with messages as (
    select
        message_id,
        'email' as channel,
        message_name,
        message_subject,
        status_code,
        purpose_id,
        topic_id,
        owning_business_unit_id,
        created_at,
        is_deleted,
        changed_at
    from (
        {{ latest_records(ref("stg_dataverse__email"), "message_id") }}
    ) as emails
    union all
    select
        message_id,
        'sms' as channel,
        message_name,
        cast(null as string) as message_subject,
        status_code,
        cast(null as string) as purpose_id,
        cast(null as string) as topic_id,
        owning_business_unit_id,
        created_at,
        is_deleted,
        changed_at
    from (
        {{ latest_records(ref("stg_dataverse__sms"), "message_id") }}
    ) as smss
    union all
    select
        message_id,
        'push' as channel,
        message_name,
        message_subject,
        status_code,
        cast(null as string) as purpose_id,
        cast(null as string) as topic_id,
        owning_business_unit_id,
        created_at,
        is_deleted,
        changed_at
    from (
        {{ latest_records(ref("stg_dataverse__push_notification"), "message_id") }}
    ) as push_notifications
    union all
    select
        message_id,
        'custom' as channel,
        message_name,
        cast(null as string) as message_subject,
        status_code,
        cast(null as string) as purpose_id,
        cast(null as string) as topic_id,
        owning_business_unit_id,
        created_at,
        is_deleted,
        changed_at
    from (
        {{ latest_records(ref("stg_dataverse__custom_channel_message"), "message_id") }}
    ) as custom_channel_messages
    union all
    select
        message_id,
        'email' as channel,
        message_name,
        message_subject,
        cast(null as bigint) as status_code,
        cast(null as string) as purpose_id,
        cast(null as string) as topic_id,
        owning_business_unit_id,
        created_at,
        is_deleted,
        changed_at
    from (
        {{ latest_records(ref("stg_dataverse__marketing_email"), "message_id") }}
    ) as marketing_emails
)

select
    message_id,
    channel,
    message_name,
    message_subject,
    {{ option_name("message_status", "messages.status_code") }} as message_status,
    purpose_id,
    topic_id,
    owning_business_unit_id,
    created_at,
    is_deleted,
    changed_at
from messages
