select
    messages.channel,
    dim_channels.channel_name,
    {{ message_metrics() }}
from marts.agg_channel_engagement_daily as messages
inner join marts.dim_channels using (channel)
where {{ messages_chosen() }}
group by all
order by inflow desc, channel
