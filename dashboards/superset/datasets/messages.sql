select
    messages.*,
    dim_channels.* exclude (channel),
    coalesce(dim_journeys.journey_name, messages.journey_id, '(none)') as journey,
    coalesce(dim_messages.message_name, messages.message_id, '(none)') as message,
    coalesce(dim_business_units.business_unit_name, messages.business_unit_id, '(none)') as business_unit
from marts.agg_channel_engagement_daily as messages
inner join marts.dim_channels on messages.channel = dim_channels.channel
left join marts.dim_journeys on messages.journey_key = dim_journeys.journey_key
left join marts.dim_messages on messages.message_key = dim_messages.message_key
left join marts.dim_business_units
    on
        messages.organization_id is not distinct from dim_business_units.organization_id
        and messages.business_unit_id = dim_business_units.business_unit_id
