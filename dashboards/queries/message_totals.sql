select {{ message_metrics() }}
from marts.agg_channel_engagement_daily as messages
inner join marts.dim_channels using (channel)
where {{ messages_chosen() }}
