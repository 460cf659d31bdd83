{%- set grain = [
    "block_date", "channel", "journey_engine", "organization_id", "business_unit_id", "journey_id", "message_id",
    "interaction_type", "consent_reason",
] -%}

with consent_blocks as (
    select
        *,
        {{ report_date("blocked_at") }} as block_date
    from {{ ref("fct_consent_blocks") }}
),

counted as (
    select
        {{ grain | join(", ") }},
        count(*) as blocks,
        count(distinct profile_key) as people,
        count(*) filter (where was_later_sent) as later_sent
    from consent_blocks
    group by {{ grain | join(", ") }}
)

select
    {{ surrogate_key(grain) }} as consent_blocks_daily_key,
    {{ entity_key("journey_id") }} as journey_key,
    {{ entity_key("message_id") }} as message_key,
    *
from counted
