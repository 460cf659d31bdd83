-- Every raw row is an event, a repeat of one, or an older version of one. Raw rows are counted in the files, the rest
-- on the way through the family tables.
select
    interaction_type,
    raw_rows,
    interactions,
    repeats,
    superseded
from {{ ref("duplicates") }}
where raw_rows != interactions + repeats + superseded
