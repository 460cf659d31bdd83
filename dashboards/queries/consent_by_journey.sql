select
    coalesce(names.journey_name, left(losses.journey_id, 8), 'without a journey') as journey_name,
    losses.journey_id,
    {{ consent_losses() }}
from marts.agg_consent_losses as losses
left join marts.dim_journeys as names
    on losses.organization_id is not distinct from names.organization_id and losses.journey_id = names.journey_id
where losses.channel != 'none' and {{ losses_chosen() }}
group by losses.organization_id, losses.journey_id, names.journey_name
order by consent_alone_lost desc, consent_blocked desc, journey_name
limit 1000
