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
        cast(null as string) as raw_reason
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
        block_types.consent_reason,
        block_types.is_category_by_reason
    from reasons
    inner join block_types
        on reasons.interaction_type = block_types.interaction_type
),

matched_patterns as (
    select
        normalized.interaction_type,
        normalized.raw_reason,
        patterns.consent_reason,
        case
            when patterns.consent_reason is not null then coalesce(patterns.block_category, 'consent')
            else patterns.block_category
        end as block_category,
        row_number() over (
            partition by normalized.interaction_type, normalized.raw_reason
            order by patterns.pattern_order, patterns.pattern
        ) as row_number
    from normalized
    inner join {{ ref("block_reason_patterns") }} as patterns
        on normalized.plain_reason like '%' || replace(patterns.pattern, '*', '%') || '%'
    where normalized.is_category_by_reason
),

meanings as (
    select
        normalized.*,
        known.reason is not null as is_known,
        matched_patterns.row_number is not null as is_matched,
        case when known.reason is not null then known.block_category else matched_patterns.block_category end
            as reason_category,
        case
            when known.reason is not null then known.is_consent_block
            else matched_patterns.consent_reason is not null
        end as is_consent_reason,
        case when known.reason is not null then known.consent_reason else matched_patterns.consent_reason end
            as reason_consent_reason
    from normalized
    left join {{ ref("block_reasons") }} as known
        on
            normalized.plain_reason = known.reason
            and normalized.is_category_by_reason
    left join matched_patterns
        on
            normalized.interaction_type = matched_patterns.interaction_type
            and normalized.raw_reason = matched_patterns.raw_reason
            and matched_patterns.row_number = 1
),

-- A type that checks no consent is asked for none: words of its reasons that sound like it are passed over.
verdicts as (
    select
        *,
        case
            when not is_category_by_reason then 'interaction_type'
            when is_consent_reason and is_consent_block != 'by_reason' then 'interaction_type'
            when is_known then 'known_reason'
            when is_matched then 'pattern'
            when raw_reason is not null then 'unmapped'
            when is_consent_block != 'by_reason' then 'interaction_type'
            else 'no_reason'
        end as decided_by
    from meanings
),

decided as (
    select
        interaction_type,
        raw_reason,
        channel,
        decided_by,
        case
            when decided_by in ('known_reason', 'pattern') then coalesce(reason_category, block_category)
            else block_category
        end as block_category,
        case
            when decided_by in ('known_reason', 'pattern') then is_consent_reason
            else is_consent_block = 'yes'
        end as is_consent_block,
        case
            when decided_by in ('known_reason', 'pattern') then reason_consent_reason
            when is_consent_block = 'yes' then consent_reason
        end as consent_reason
    from verdicts
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
