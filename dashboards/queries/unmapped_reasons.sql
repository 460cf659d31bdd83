select
    reason_kind,
    interaction_type,
    raw_value,
    interactions,
    last_seen_at,
    reference_file
from ops.unmapped_reasons
order by interactions desc, reason_kind, interaction_type, raw_value
limit 500
