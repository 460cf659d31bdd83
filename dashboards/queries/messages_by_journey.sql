with {{ counted_messages(["journey_key", "journey_id"]) }}

select
    coalesce(journeys.journey_name, left(messages.journey_id, 8), 'without a journey') as journey_name,
    messages.journey_id,
    {{ message_metrics() }}
from counted_messages as messages
inner join marts.dim_channels using (channel)
left join marts.dim_journeys as journeys using (journey_key)
group by journey_key, messages.journey_id, journeys.journey_name
order by inflow desc, journey_name, messages.journey_id
limit 1000
