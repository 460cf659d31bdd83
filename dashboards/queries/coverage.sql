select
    coverage.interaction_type,
    types.interaction_family,
    coverage.is_present,
    coverage.is_stale,
    coverage.interactions,
    coverage.first_event_at,
    coverage.last_event_at,
    coverage.hours_since_last_event,
    coverage.raw_rows,
    coverage.rows_with_rejected_values,
    coverage.skipped_rows,
    coverage.missing_columns,
    coverage.unknown_columns
from ops.source_coverage as coverage
left join marts.dim_interaction_types as types using (interaction_type)
order by coverage.is_present desc, coverage.interactions desc, coverage.interaction_type
