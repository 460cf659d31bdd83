select
    interaction_type,
    raw_rows,
    interactions,
    repeats,
    superseded,
    duplicate_share
from ops.duplicates
where repeats > 0 or superseded > 0
order by repeats + superseded desc, interaction_type
limit 200
