-- Blocks of channel none can't be compared with attempts.
select {{ consent_losses() }}
from marts.agg_consent_losses as losses
where losses.channel != 'none' and {{ losses_chosen() }}
