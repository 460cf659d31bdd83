select
    blocks.*,
    dim_channels.channel_name,
    coalesce(dim_journeys.journey_name, blocks.journey_id, '(none)') as journey,
    coalesce(dim_messages.message_name, blocks.message_id, '(none)') as message
from marts.agg_consent_blocks_daily as blocks
-- Outbound activities name no channel: what they tell of may be told a second time by the message.
inner join marts.dim_channels on blocks.channel = dim_channels.channel
left join marts.dim_journeys on blocks.journey_key = dim_journeys.journey_key
left join marts.dim_messages on blocks.message_key = dim_messages.message_key
