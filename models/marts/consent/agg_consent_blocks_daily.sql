{%- set grain = [
    "block_date", "channel", "journey_engine", "business_unit_id", "journey_id", "message_id", "interaction_type",
    "consent_reason",
] -%}

with consent_blocks as (
    select
        *,
        cast(blocked_at as date) as block_date
    from {{ ref("fct_consent_blocks") }}
)

select
    {{ surrogate_key(grain) }} as consent_blocks_daily_key,
    {{ grain | join(", ") }},
    count(*) as blocks,
    count(distinct profile_key) as people,
    count(*) filter (where was_later_sent) as later_sent
from consent_blocks
group by {{ grain | join(", ") }}
