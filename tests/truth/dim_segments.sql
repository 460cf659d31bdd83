with known as (
    select organization_id, segment_id from runs
    union
    select organization_id, segment_id from segment_changes
)

select
    known.organization_id,
    known.segment_id,
    coalesce(
        names.record_name,
        case
            when (known.organization_id, known.segment_id) in (select (runs.organization_id, runs.segment_id) from runs)
                then events.segment_name
        end
    ) as segment_name,
    names.record_state as segment_status,
    names.is_deleted,
    count(*) filter (changes.change_type = 'subscribed') as subscriptions,
    count(*) filter (changes.change_type = 'unsubscribed') as unsubscriptions,
    max_by(changes.members, changes.occurred_at) as members,
    max(changes.occurred_at) filter (changes.change_type = 'counted') as members_counted_at
from known
inner join (select distinct * from segments) as events on known.segment_id = events.segment_id
left join names on names.record_type = 'segment' and known.segment_id = names.record_id
left join segment_changes as changes
    on known.organization_id = changes.organization_id and known.segment_id = changes.segment_id
group by all
