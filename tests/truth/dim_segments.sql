select
    known.segment_id,
    coalesce(
        names.record_name,
        case when known.segment_id in (select runs.segment_id from runs) then known.segment_name end
    ) as segment_name,
    names.record_state as segment_status,
    names.is_deleted,
    count(*) filter (changes.change_type = 'subscribed') as subscriptions,
    count(*) filter (changes.change_type = 'unsubscribed') as unsubscriptions,
    max_by(changes.members, changes.occurred_at) as members,
    max(changes.occurred_at) filter (changes.change_type = 'counted') as members_counted_at
from (select distinct * from segments) as known
left join names on names.record_type = 'segment' and known.segment_id = names.record_id
left join segment_changes as changes on known.segment_id = changes.segment_id
where
    changes.segment_id is not null
    or known.segment_id in (select runs.segment_id from runs)
group by all
