with {{ counted_messages(["message_key", "message_id"]) }}

select
    coalesce(names.message_name, left(messages.message_id, 8), 'without a message') as message_name,
    dim_channels.channel_name,
    names.message_subject,
    messages.message_id,
    {{ message_metrics() }}
from counted_messages as messages
inner join marts.dim_channels using (channel)
left join marts.dim_messages as names using (message_key)
group by message_key, messages.message_id, names.message_name, names.message_subject, dim_channels.channel_name
order by inflow desc, message_name, messages.message_id, dim_channels.channel_name
limit 1000
