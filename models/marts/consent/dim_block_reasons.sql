-- Every block entity without a reason, and every pair of entity and reason that the data holds: what a reason
-- means is decided here, once per value, and joined to the blocks.

with block_types as (
    select * from {{ ref("interaction_types") }}
    where message_event = 'blocked'
),

reasons as (
    select
        interaction_type,
        raw_reason
    from {{ ref("int_messages__block_events") }}
    union
    select
        interaction_type,
        cast(null as varchar) as raw_reason
    from block_types
),

normalized as (
    select
        reasons.interaction_type,
        reasons.raw_reason,
        {{ plain_text("reasons.raw_reason") }} as plain_reason,
        block_types.channel,
        block_types.block_category,
        block_types.is_consent_block,
        block_types.consent_reason
    from reasons
    inner join block_types
        on reasons.interaction_type = block_types.interaction_type
),

matched_patterns as (
    select
        normalized.interaction_type,
        normalized.raw_reason,
        patterns.consent_reason,
        row_number() over (
            partition by normalized.interaction_type, normalized.raw_reason
            order by patterns.pattern_order, patterns.pattern
        ) as place
    from normalized
    inner join {{ ref("block_reason_patterns") }} as patterns
        on position(patterns.pattern in normalized.plain_reason) > 0
    where normalized.is_consent_block = 'by_reason'
),

decided as (
    select
        normalized.interaction_type,
        normalized.raw_reason,
        normalized.channel,
        case
            when normalized.is_consent_block != 'by_reason' then 'interaction_type'
            when known.reason is not null then 'known_reason'
            when matched_patterns.place is not null then 'pattern'
            when normalized.raw_reason is null then 'no_reason'
            else 'unmapped'
        end as decided_by,
        case
            when normalized.is_consent_block != 'by_reason' then normalized.block_category
            when known.reason is not null then known.block_category
            when matched_patterns.place is not null then 'consent'
            else normalized.block_category
        end as block_category,
        case
            when normalized.is_consent_block != 'by_reason' then normalized.is_consent_block = 'yes'
            when known.reason is not null then known.is_consent_block
            else matched_patterns.place is not null
        end as is_consent_block,
        case
            when normalized.is_consent_block != 'by_reason' then normalized.consent_reason
            when known.reason is not null then known.consent_reason
            else matched_patterns.consent_reason
        end as consent_reason
    from normalized
    left join {{ ref("block_reasons") }} as known
        on
            normalized.plain_reason = known.reason
            and normalized.is_consent_block = 'by_reason'
    left join matched_patterns
        on
            normalized.interaction_type = matched_patterns.interaction_type
            and normalized.raw_reason = matched_patterns.raw_reason
            and matched_patterns.place = 1
)

select
    {{ surrogate_key(["interaction_type", "raw_reason"]) }} as block_reason_key,
    interaction_type,
    raw_reason,
    channel,
    block_category,
    is_consent_block,
    case when is_consent_block then coalesce(consent_reason, 'other_consent') end as consent_reason,
    decided_by
from decided
