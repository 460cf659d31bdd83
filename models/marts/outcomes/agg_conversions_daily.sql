{%- set grain = [
    "conversion_date", "attribution_method", "organization_id", "business_unit_id", "conversion_event_definition_id",
    "channel", "journey_id", "message_id",
] -%}

with credits as (
    select
        *,
        {{ report_date("converted_at") }} as conversion_date
    from {{ ref("fct_conversions") }}
),

counted as (
    select
        {{ grain | join(", ") }},
        min(conversion_event_definition_name) as conversion_event_definition_name,
        count(distinct interaction_key) as conversions,
        -- Rounded, as the last digits of a sum depend on the order in which its parts are read.
        round(sum(credit), 9) as credit
    from credits
    group by {{ grain | join(", ") }}
),

final as (
    select
        {{ surrogate_key(grain) }} as conversions_daily_key,
        *
    from counted
)

select * from final
