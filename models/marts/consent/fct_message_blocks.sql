with block_events as (
    select
        events.*,
        {{ surrogate_key(["events.interaction_type", "events.raw_reason"]) }} as block_reason_key
    from {{ ref("int_messages__block_events") }} as events
),

reasons as (
    select * from {{ ref("dim_block_reasons") }}
),

-- One outcome per attempted message. A specific entity beats an umbrella, which may stand beside it for the same
-- attempt; among the rest a consent block beats any other, then the earliest.
ranked as (
    select
        block_events.*,
        reasons.block_category,
        reasons.is_consent_block,
        reasons.consent_reason,
        min(block_events.journey_engine) over message as message_engine,
        min(block_events.business_unit_id) over message as message_business_unit_id,
        min(block_events.occurred_at) over message as blocked_at,
        count(*) over message as block_events,
        row_number() over (
            partition by {% for column in message_grain() %}block_events.{{ column }}{{ ", " if not loop.last }}{% endfor %}
            order by
                block_events.is_umbrella_block asc,
                reasons.is_consent_block desc,
                block_events.occurred_at asc nulls last,
                block_events.interaction_type asc,
                block_events.raw_reason asc nulls last
        ) as place
    from block_events
    inner join reasons
        on block_events.block_reason_key = reasons.block_reason_key
    window message as (
        partition by {% for column in message_grain() %}block_events.{{ column }}{{ ", " if not loop.last }}{% endfor %}
    )
),

blocks as (
    select * from ranked
    where place = 1
),

last_sends as (
    select
        profile_type,
        profile_id,
        message_id,
        max(occurred_at) as last_sent_at
    from {{ ref("int_messages__events") }}
    where
        message_event = 'sent'
        and exists (
            select 1 from blocks
            where blocks.profile_id = int_messages__events.profile_id
        )
    group by profile_type, profile_id, message_id
),

final as (
    select
        {{ surrogate_key(message_grain()) }} as message_block_key,
        -- An outbound activity names no channel: there is no message it could point to.
        case when channel != 'none' then {{ surrogate_key(message_grain()) }} end as engagement_key,
        block_reason_key,
        organization_id,
        message_business_unit_id as business_unit_id,
        channel,
        message_engine as journey_engine,
        {{ profile_key() }} as profile_key,
        profile_type,
        profile_id,
        journey_id,
        journey_run_id,
        journey_step_id,
        message_id,
        interaction_type,
        block_category,
        is_consent_block,
        consent_reason,
        raw_reason,
        block_events,
        blocked_at,
        exists (
            select 1 from last_sends
            where
                last_sends.profile_type is not distinct from blocks.profile_type
                and last_sends.profile_id = blocks.profile_id
                and last_sends.message_id = blocks.message_id
                and last_sends.last_sent_at > blocks.blocked_at
        ) as was_later_sent
    from blocks
)

select * from final
