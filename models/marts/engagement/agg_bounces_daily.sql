{%- set grain = [
    "bounce_date", "organization_id", "business_unit_id", "journey_id", "message_id", "bounce_type", "bounce_category",
] -%}

with {{ test_sends_to_leave_out() }}

bounces as (
    select
        {{ report_date("events.occurred_at") }} as bounce_date,
        events.organization_id,
        events.business_unit_id,
        events.journey_id,
        events.message_id,
        {{ bounce_type_of_an_event("events", "interaction_types", "bounce_categories") }} as bounce_type,
        {{ lower_case("events.bounce_category") }} as bounce_category
    from {{ ref("int_email__interactions") }} as events
    inner join {{ ref("interaction_types") }} as interaction_types
        on events.interaction_type = interaction_types.interaction_type
    left join {{ ref("bounce_categories") }} as bounce_categories
        on {{ lower_case("events.bounce_category") }} = bounce_categories.bounce_category
    where interaction_types.bounce_type is not null {{ and_no_test_send("events") }}
)

select
    {{ surrogate_key(grain) }} as bounces_daily_key,
    {{ entity_key("message_id") }} as message_key,
    {{ grain | join(", ") }},
    count(*) as bounce_events
from bounces
group by {{ grain | join(", ") }}
