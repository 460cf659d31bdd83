-- period_start means block_date
-- $step: day, week or month. Channel none may tell of a message a second time.
select
    date_trunc($step, blocks.block_date)::date as period_start,
    blocks.consent_reason,
    sum(blocks.blocks)::bigint as blocks,
    sum(blocks.later_sent)::bigint as later_sent
from marts.agg_consent_blocks_daily as blocks
where
    blocks.block_date is not null
    and blocks.channel != 'none'
    and {{ in_period("blocks.block_date") }}
    and {{ chosen("organizations", "blocks.organization_id") }}
    and {{ chosen("channels", "blocks.channel") }}
    and {{ chosen("journeys", "blocks.journey_id") }}
    and {{ chosen("units", "blocks.business_unit_id") }}
    and {{ chosen("engines", "blocks.journey_engine") }}
group by all
order by period_start, consent_reason
