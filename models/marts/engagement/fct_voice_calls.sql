{%- set columns = [
    "interaction_type", "organization_id", "business_unit_id", "journey_engine", "profile_type", "profile_id", "journey_id",
    "journey_run_id", "journey_step_id", "message_id", "proactive_engagement_config_id", "outcome", "was_answered",
    "occurred_at",
] -%}

with placed as (
    {{ under_attempts(ref("int_voice__interactions"), columns) }}
),

events as (
    select
        placed.*,
        interaction_types.channel,
        interaction_types.message_event = 'sent' as is_request,
        interaction_types.message_event = 'attempted' as is_attempt,
        coalesce(interaction_types.activity_event = 'not_attempted', false) as is_refusal,
        interaction_types.message_event = 'blocked' as is_block
    from placed
    inner join {{ ref("interaction_types") }} as interaction_types
        on placed.interaction_type = interaction_types.interaction_type
),

calls as (
    select
        {{ message_grain() | join(", ") }},
        {{ surrogate_key(message_grain()) }} as engagement_key,
        min(journey_engine) as journey_engine,
        min(business_unit_id) as business_unit_id,
        min(proactive_engagement_config_id) as proactive_engagement_config_id,
        min(occurred_at) filter (where is_request) as sent_at,
        min(occurred_at) filter (where is_attempt) as first_attempted_at,
        max(occurred_at) filter (where is_attempt) as last_attempted_at,
        min(occurred_at) filter (where is_attempt and was_answered) as answered_at,
        min(occurred_at) filter (where is_refusal) as not_attempted_at,
        min(occurred_at) filter (where is_block and not is_refusal) as blocked_at,
        count(*) filter (where is_attempt) as attempts,
        {{ last_by("outcome", ["occurred_at", "outcome is null", "outcome"], "is_attempt") }} as last_outcome,
        count(*) filter (where is_attempt and was_answered) > 0 as was_answered,
        -- What got furthest names the call.
        case
            when count(*) filter (where is_attempt and was_answered) > 0 then 'answered'
            when count(*) filter (where is_attempt) > 0 then 'attempted'
            when count(*) filter (where is_request) > 0 then 'sent'
            when count(*) filter (where is_refusal) > 0 then 'not_attempted'
            else 'blocked'
        end as call_outcome
    from events
    group by {{ message_grain() | join(", ") }}
),

blocks as (
    select
        engagement_key,
        raw_reason,
        block_category,
        is_consent_block
    from {{ ref("fct_message_blocks") }}
    where channel = 'voice'
),

final as (
    select
        calls.engagement_key,
        calls.organization_id,
        calls.business_unit_id,
        calls.journey_engine,
        {{ profile_key("calls") }} as profile_key,
        calls.profile_type,
        calls.profile_id,
        calls.journey_id,
        calls.journey_run_id,
        calls.journey_step_id,
        calls.message_id,
        calls.attempt,
        calls.proactive_engagement_config_id,
        calls.call_outcome,
        calls.sent_at,
        calls.first_attempted_at,
        calls.last_attempted_at,
        calls.answered_at,
        calls.not_attempted_at,
        calls.blocked_at,
        calls.attempts,
        calls.was_answered,
        coalesce(blocks.is_consent_block, false) as was_consent_blocked,
        blocks.block_category,
        blocks.raw_reason,
        calls.last_outcome
    from calls
        {{- join_survivors("calls") }}
    left join blocks
        on calls.engagement_key = blocks.engagement_key
)

select * from final
{%- if not var("include_test_sends") %}
    where engagement_key in (select messages.engagement_key from {{ ref("fct_channel_engagement") }} as messages)
{%- endif %}
