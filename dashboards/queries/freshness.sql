-- present_tables means is_present
-- stale_tables means is_stale
select
    types.interaction_family,
    count(*) filter (where coverage.is_present) as present_tables,
    count(*) as known_tables,
    count(*) filter (where coverage.is_present and coverage.is_stale) as stale_tables,
    sum(coverage.interactions)::bigint as interactions,
    max(coverage.last_event_at) as last_event_at,
    min(coverage.hours_since_last_event) as hours_since_last_event
from ops.source_coverage as coverage
inner join marts.dim_interaction_types as types using (interaction_type)
group by all
order by interactions desc nulls last, types.interaction_family
