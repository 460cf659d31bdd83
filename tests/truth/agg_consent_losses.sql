with attempts as (
    select organization_id, journey_id, journey_step_id, channel, min(business_unit_id) as unit, count(*) as attempted
    from messages
    where was_sent or was_blocked
    group by all
),

counted as (
    select
        organization_id,
        journey_id,
        journey_step_id,
        channel,
        min(business_unit_id) as unit,
        count(*) as blocked,
        countif(is_consent_block) as consent_blocked,
        countif(consent_reason = 'consent_not_given') as consent_not_given,
        countif(consent_reason = 'unsubscribed') as unsubscribed,
        countif(consent_reason = 'do_not_contact') as do_not_contact,
        countif(consent_reason = 'external_provider') as external_provider,
        countif(consent_reason = 'below_consent_level') as below_consent_level,
        0 as other_consent,
        count(distinct profile_key) filter (is_consent_block)
            as people_consent_blocked,
        countif(is_consent_block and has_other_cause) as consent_blocked_otherwise_too,
        countif(is_consent_block and was_later_sent) as consent_later_sent,
        countif(is_consent_block and not has_other_cause and not was_later_sent) as consent_alone_lost,
        countif(block_category in ('data', 'deduplication')) as data_blocked,
        countif(block_category like 'deliverability%') as deliverability_blocked,
        countif(block_category in ('configuration', 'content_policy')) as configuration_blocked,
        countif(block_category = 'quota') as quota_blocked,
        countif(block_category in ('frequency_policy', 'contact_window')) as frequency_blocked,
        countif(block_category in ('audience_suppression', 'business_unit_scope')) as audience_blocked,
        countif(block_category in ('expiry', 'system_other', 'mixed')) as other_blocked
    from blocks
    group by all
)

select
    coalesce(a.organization_id, c.organization_id) as organization_id,
    coalesce(a.journey_id, c.journey_id) as journey_id,
    coalesce(a.journey_step_id, c.journey_step_id) as journey_step_id,
    coalesce(a.channel, c.channel) as channel,
    least(a.unit, c.unit) as business_unit_id,
    a.attempted,
    coalesce(columns(c.* exclude (unit, organization_id, journey_id, journey_step_id, channel)), 0)
from attempts as a
full outer join counted as c
    on
        a.organization_id = c.organization_id
        and a.channel = c.channel
        and a.journey_id is not distinct from c.journey_id
        and a.journey_step_id is not distinct from c.journey_step_id
