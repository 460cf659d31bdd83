-- What the marts themselves call a fault, a limit or a target, and where the dashboard tells more.
with findings as (
    select
        1 as place,
        'Deliverability' as page,
        format('{} recipient domain(s) are over a limit of the product', count(*)) as finding,
        count(*) as found
    from marts.agg_recipient_domains
    where
        deliverability_status = 'over_limit'
        and {{ chosen("organizations", "organization_id") }}
        and {{ chosen("units", "business_unit_id") }}
    union all
    select
        2,
        'Deliverability',
        format('{} address(es) bounced so often that they count as dead', count(*)),
        count(*)
    from marts.dim_contact_points
    where counts_as_hard_bounced and {{ chosen("organizations", "organization_id") }}
    union all
    select
        3,
        'Journeys',
        format('{} journey(s) have not met the target of their goal', count(distinct journey_key)),
        count(distinct journey_key)
    from marts.agg_journey_performance
    where
        not is_goal_target_met
        and {{ journeys_chosen("agg_journey_performance") }}
    union all
    select
        4,
        'Consent',
        format('{} message(s) would have gone out with an opt-in alone', sum(losses.consent_alone_lost)::bigint),
        sum(losses.consent_alone_lost)::bigint
    from marts.agg_consent_losses as losses
    where losses.channel != 'none' and {{ losses_chosen() }}
    union all
    select
        5,
        'Data health',
        format('{} of {} tables of the export have no recent event', count(*) filter (where is_stale), count(*)),
        count(*) filter (where is_stale)
    from ops.source_coverage
    where is_present
    union all
    select
        6,
        'Data health',
        format('{} value(s) could not be read', coalesce(sum(rejected_values), 0)::bigint),
        sum(rejected_values)::bigint
    from ops.rejected_rows
    union all
    select
        7,
        'Data health',
        format('{} reason(s) or id(s) mean nothing to the warehouse yet', count(*)),
        count(*)
    from ops.unmapped_reasons
    union all
    select
        8,
        'Data health',
        format('{} event(s) contradict each other in a way that moves figures', count(*)),
        count(*)
    from ops.reconciliation_exceptions
    where severity = 'warning'
)

select
    page,
    finding
from findings
where found > 0
order by place
