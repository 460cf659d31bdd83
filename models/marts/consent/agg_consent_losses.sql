{%- set grain = ["organization_id", "journey_id", "journey_step_id", "channel"] -%}

with messages as (
    select
        {{ grain | join(", ") }},
        min(business_unit_id) as business_unit_id,
        count(*) as attempted
    from {{ ref("fct_channel_engagement") }}
    where was_sent or was_blocked
    group by {{ grain | join(", ") }}
),

blocks as (
    select
        message_blocks.*,
        coalesce(block_categories.block_group, 'other') as block_group
    from {{ ref("fct_message_blocks") }} as message_blocks
    left join {{ ref("block_categories") }} as block_categories
        on message_blocks.block_category = block_categories.block_category
),

blocked as (
    select
        {{ grain | join(", ") }},
        min(business_unit_id) as business_unit_id,
        count(*) as blocked,
        count(*) filter (where is_consent_block) as consent_blocked,
        count(*) filter (where consent_reason = 'consent_not_given') as consent_not_given,
        count(*) filter (where consent_reason = 'unsubscribed') as unsubscribed,
        count(*) filter (where consent_reason = 'do_not_contact') as do_not_contact,
        count(*) filter (where consent_reason = 'external_provider') as external_provider,
        count(*) filter (where consent_reason = 'below_consent_level') as below_consent_level,
        count(*) filter (where consent_reason = 'other_consent') as other_consent,
        count(distinct case when is_consent_block then profile_key end) as people_consent_blocked,
        count(*) filter (where is_consent_block and has_other_cause) as consent_blocked_otherwise_too,
        count(*) filter (where is_consent_block and was_later_sent) as consent_later_sent,
        count(*) filter (where is_consent_block and not has_other_cause and not was_later_sent) as consent_alone_lost,
        count(*) filter (where not is_consent_block and block_group = 'data') as data_blocked,
        count(*) filter (where not is_consent_block and block_group = 'deliverability') as deliverability_blocked,
        count(*) filter (where not is_consent_block and block_group = 'configuration') as configuration_blocked,
        count(*) filter (where not is_consent_block and block_group = 'quota') as quota_blocked,
        count(*) filter (where not is_consent_block and block_group = 'frequency') as frequency_blocked,
        count(*) filter (where not is_consent_block and block_group = 'audience') as audience_blocked
    from blocks
    group by {{ grain | join(", ") }}
),

-- Blocks of outbound activities (channel none) have no messages to compare them with, so their attempts are unknown.
joined as (
    select
        coalesce(messages.organization_id, blocked.organization_id) as organization_id,
        coalesce(messages.journey_id, blocked.journey_id) as journey_id,
        coalesce(messages.journey_step_id, blocked.journey_step_id) as journey_step_id,
        coalesce(messages.channel, blocked.channel) as channel,
        least(messages.business_unit_id, blocked.business_unit_id) as business_unit_id,
        messages.attempted,
        coalesce(blocked.blocked, 0) as blocked,
        coalesce(blocked.consent_blocked, 0) as consent_blocked,
        coalesce(blocked.consent_not_given, 0) as consent_not_given,
        coalesce(blocked.unsubscribed, 0) as unsubscribed,
        coalesce(blocked.do_not_contact, 0) as do_not_contact,
        coalesce(blocked.external_provider, 0) as external_provider,
        coalesce(blocked.below_consent_level, 0) as below_consent_level,
        coalesce(blocked.other_consent, 0) as other_consent,
        coalesce(blocked.people_consent_blocked, 0) as people_consent_blocked,
        coalesce(blocked.consent_blocked_otherwise_too, 0) as consent_blocked_otherwise_too,
        coalesce(blocked.consent_later_sent, 0) as consent_later_sent,
        coalesce(blocked.consent_alone_lost, 0) as consent_alone_lost,
        coalesce(blocked.data_blocked, 0) as data_blocked,
        coalesce(blocked.deliverability_blocked, 0) as deliverability_blocked,
        coalesce(blocked.configuration_blocked, 0) as configuration_blocked,
        coalesce(blocked.quota_blocked, 0) as quota_blocked,
        coalesce(blocked.frequency_blocked, 0) as frequency_blocked,
        coalesce(blocked.audience_blocked, 0) as audience_blocked
    from messages
    full outer join blocked
        on
            {{ surrogate_key(qualified(grain, "messages")) }} = {{ surrogate_key(qualified(grain, "blocked")) }}
),

final as (
    select
        {{ surrogate_key(grain) }} as consent_losses_key,
        {{ step_key() }} as step_key,
        *,
        blocked - consent_blocked - data_blocked - deliverability_blocked - configuration_blocked - quota_blocked
        - frequency_blocked - audience_blocked as other_blocked
    from joined
)

select
    *,
    {{ rate("consent_blocked", "attempted") }} as consent_blocked_rate,
    {{ rate("consent_alone_lost", "attempted") }} as consent_win_back_rate,
    {{ rate("data_blocked", "attempted") }} as data_blocked_rate,
    {{ rate("deliverability_blocked", "attempted") }} as deliverability_blocked_rate,
    {{ rate("configuration_blocked", "attempted") }} as configuration_blocked_rate,
    {{ rate("quota_blocked", "attempted") }} as quota_blocked_rate,
    {{ rate("frequency_blocked", "attempted") }} as frequency_blocked_rate,
    {{ rate("audience_blocked", "attempted") }} as audience_blocked_rate
from final
