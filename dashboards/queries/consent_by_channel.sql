select
    coalesce(dim_channels.channel_name, 'Outbound activity') as channel_name,
    losses.channel,
    {{ consent_losses() }}
from marts.agg_consent_losses as losses
left join marts.dim_channels using (channel)
where {{ losses_chosen() }}
group by all
order by attempted desc nulls last, channel
