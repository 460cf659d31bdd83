-- period_start means attempt_date
-- $step: day, week or month.
select
    date_trunc($step, messages.attempt_date)::date as period_start,
    messages.channel,
    dim_channels.channel_name,
    {{ message_metrics() }}
from marts.agg_channel_engagement_daily as messages
inner join marts.dim_channels using (channel)
where messages.attempt_date is not null and {{ messages_chosen() }}
group by all
order by period_start, channel
