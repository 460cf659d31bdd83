with {{ counted_messages() }}

select
    channel,
    channel_name,
    {{ message_metrics() }}
from counted_messages
inner join marts.dim_channels using (channel)
group by channel, channel_name
order by inflow desc, channel
