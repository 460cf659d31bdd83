-- Every raw row is an event, a repeat of one, an older version of one, or left out by the settings. Raw rows are
-- counted in the files, the rest on the way through the family tables.
select
    interaction_type,
    raw_rows,
    skipped_rows,
    interactions,
    repeats,
    superseded
from {{ ref("duplicates") }}
where raw_rows != skipped_rows + interactions + repeats + superseded
