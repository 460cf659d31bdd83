-- present_tables means is_present
-- absent_tables means is_present
-- stale_tables means is_stale
select
    count(*) filter (where is_present) as present_tables,
    count(*) filter (where not is_present) as absent_tables,
    count(*) filter (where is_present and is_stale) as stale_tables,
    sum(interactions)::bigint as interactions,
    sum(rows_with_rejected_values)::bigint as rows_with_rejected_values,
    sum(skipped_rows)::bigint as skipped_rows,
    sum(future_interactions)::bigint as future_interactions,
    max(last_event_at) as last_event_at
from ops.source_coverage
