with {% if not var("include_test_sends") -%}
    {{ test_messages() }},

{% endif -%}
reasons as (
    select * from {{ ref("dim_block_reasons") }}
),

block_events as (
    select
        *,
        {{ surrogate_key(message_grain()) }} as message_block_key,
        {{ surrogate_key(["interaction_type", "raw_reason"]) }} as block_reason_key
    from {{ ref("int_messages__block_events") }}
),

sends as (
    select * from {{ ref("int_messages__events") }}
    where message_event = 'sent'
    {%- if not var("include_test_sends") %}
        and {{ surrogate_key(message_grain()) }} not in (select test_messages.engagement_key from test_messages)
    {%- endif %}
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
        count(case when not block_events.is_umbrella_block and not reasons.is_consent_block then 1 end)
            over message as other_causes,
        row_number() over (
            partition by block_events.message_block_key
            order by
                block_events.is_umbrella_block asc,
                reasons.is_consent_block desc,
                block_events.occurred_at asc nulls last,
                block_events.interaction_type asc,
                block_events.raw_reason asc nulls last
        ) as row_number
    from block_events
    inner join reasons
        on block_events.block_reason_key = reasons.block_reason_key
    window message as (partition by block_events.message_block_key)
),

blocks as (
    select * from ranked
    where row_number = 1
    {%- if not var("include_test_sends") %}
        and message_block_key not in (select test_messages.engagement_key from test_messages)
    {%- endif %}
),

-- Few of all messages are blocked: what was sent of the others isn't asked.
last_sends as (
    select
        organization_id,
        profile_type,
        profile_id,
        message_id,
        max(occurred_at) as last_sent_at
    from sends
    where
        (profile_id, message_id) in (
            select
                blocks.profile_id,
                blocks.message_id
            from blocks
        )
    group by organization_id, profile_type, profile_id, message_id
),

-- A row that names no organization may belong to any.
sent_later as (
    select distinct blocks.message_block_key
    from blocks
    inner join last_sends
        on
            blocks.profile_id = last_sends.profile_id
            and blocks.profile_type is not distinct from last_sends.profile_type
            and blocks.message_id = last_sends.message_id
            and blocks.blocked_at < last_sends.last_sent_at
    where
        blocks.organization_id = last_sends.organization_id
        or blocks.organization_id is null
        or last_sends.organization_id is null
),

final as (
    select
        blocks.message_block_key,
        -- An outbound activity names no channel: there is no message it could point to.
        case when blocks.channel != 'none' then blocks.message_block_key end as engagement_key,
        blocks.block_reason_key,
        blocks.organization_id,
        blocks.message_business_unit_id as business_unit_id,
        blocks.channel,
        blocks.message_engine as journey_engine,
        {{ profile_key("blocks") }} as profile_key,
        blocks.profile_type,
        blocks.profile_id,
        blocks.journey_id,
        blocks.journey_run_id,
        blocks.journey_step_id,
        blocks.message_id,
        blocks.attempt,
        blocks.interaction_type,
        blocks.block_category,
        blocks.is_consent_block,
        blocks.consent_reason,
        blocks.raw_reason,
        blocks.block_events,
        blocks.is_consent_block and blocks.other_causes > 0 as has_other_cause,
        blocks.blocked_at,
        sent_later.message_block_key is not null as was_later_sent
    from blocks
        {{- join_survivors("blocks") }}
    left join sent_later
        on blocks.message_block_key = sent_later.message_block_key
)

select * from final
