-- A block of a channel's message is a row of fct_channel_engagement that says so, and the other way round; the
-- consent part of both agrees.
with blocks as (
    select * from {{ ref("fct_message_blocks") }}
    where channel != 'none'
)

select
    engagement.engagement_key,
    blocks.message_block_key
from {{ ref("fct_channel_engagement") }} as engagement
full outer join blocks
    on engagement.engagement_key = blocks.engagement_key
where
    coalesce(engagement.was_blocked, false) != (blocks.message_block_key is not null)
    or coalesce(engagement.was_consent_blocked, false) != coalesce(blocks.is_consent_block, false)
    or engagement.block_category is distinct from blocks.block_category
    or engagement.blocked_at is distinct from blocks.blocked_at
