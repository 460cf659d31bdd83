select
    entity as interaction_type,
    raw_rows,
    rows_after_dedup as interactions,
    repeats,
    superseded,
    rows_without_id,
    (repeats + superseded) / raw_rows as duplicate_share
from interactions
