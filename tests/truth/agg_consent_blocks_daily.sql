select
    cast(blocked_at as date) as block_date,
    channel,
    journey_engine,
    organization_id,
    business_unit_id,
    journey_id,
    message_id,
    interaction_type,
    consent_reason,
    count(*) as blocks,
    count(*) filter (was_later_sent) as later_sent
from blocks
where is_consent_block
group by all
