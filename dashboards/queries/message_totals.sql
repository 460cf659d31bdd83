with {{ counted_messages() }}

select {{ message_metrics() }}
from counted_messages
inner join marts.dim_channels using (channel)
