-- The record that took a decision over tells why and where it was made.
with numbered as (
    select *, row_number() over () as number from consent_changes
),

recorded as (
    select
        numbered.number,
        arg_min(
            {'reason': records.consent_reason, 'source': records.consent_source},
            (abs(epoch(records.changed_at::timestamp) - epoch(numbered.occurred_at)), records.contact_point_consent_id)
        ) as found
    from numbered
    inner join contact_point_consents as records
        on
            md5(lower(numbered.contact_point)) = records.contact_point_key
            and records.contact_point_type = case when numbered.interaction_type = 'SmsReceived' then 'sms' else 'email' end
            and numbered.consent_status = records.consent_status
            and records.changed_at::timestamp
            between numbered.occurred_at - interval 1 hour and numbered.occurred_at + interval 1 day
            and (numbered.purpose_id is null or numbered.purpose_id = records.purpose_id)
            and (
                numbered.topic_id is not distinct from records.topic_id
                or (numbered.purpose_id is null and numbered.topic_id is null)
            )
    where not records.is_deleted
    group by numbered.number
)

select
    numbered.* exclude (number),
    recorded.found.reason as consent_reason,
    recorded.found.source as consent_source
from numbered
left join recorded using (number)
