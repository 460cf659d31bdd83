-- The simulator's tenant uses these words, and the shipped reference data knows none of them.
select
    kind as reason_kind,
    interaction_type,
    raw_value,
    sum(events) as interactions,
    min(first_at) as first_seen_at,
    max(last_at) as last_seen_at
from words
where
    kind = 'channel_definition'
    or (
        kind in ('browser', 'operating_system', 'device_type', 'email_client')
        and raw_value not in (select names.client_id from warehouse.reference.client_names as names)
    )
    or (kind = 'bounce_category' and raw_value = 'content-rejected')
    or (kind = 'drop_off_reason' and raw_value in (
        'BranchNotMatched', 'DependencyTimeout', 'ExclusionListed', 'ExitedByBranch', 'FlowCancelled', 'FlowRunFailed',
        'JourneyRetired', 'LeftJourney', 'TriggerWithoutIdentity'
    ))
    or (kind = 'block_reason' and raw_value in (
        '30007', 'ActivityExpired', 'AlreadyProcessed', 'BlockBounce', 'BounceCache', 'ContactDeleted',
        'ContactInactive', 'DomainNotAuthenticated', 'DomainOfOtherOrganization', 'DomainRestricted',
        'InvalidReplyToAddress', 'NoAgentAvailable', 'NoWindowLeft', 'OutOfScope',
        'Recipient unknown to the provider', 'RelatedRecordMissing', 'SendingSuspended', 'ServiceMaintenance',
        'Throttled by the service', 'TrialQuotaExceeded'
    ))
group by all
