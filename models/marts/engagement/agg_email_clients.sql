{%- set grain = ["event_date", "organization_id", "business_unit_id", "client_kind", "client_id"] -%}
{#- Which event tells which kind of client, and its column. -#}
{%- set told = {
    "email_client": ("opened", "email_client_id"),
    "device_type": ("clicked", "device_type_id"),
    "operating_system": ("clicked", "operating_system_id"),
    "browser": ("clicked", "browser_id"),
} -%}

with {{ test_sends_to_leave_out() }}

events as (
    select
        {{ report_date("events.occurred_at") }} as event_date,
        events.organization_id,
        events.business_unit_id,
        interaction_types.message_event,
        events.email_client_id,
        events.device_type_id,
        events.operating_system_id,
        events.browser_id,
        count(*) as interactions
    from {{ ref("int_email__interactions") }} as events
    inner join {{ ref("interaction_types") }} as interaction_types
        on events.interaction_type = interaction_types.interaction_type
    where interaction_types.message_event in ('opened', 'clicked') {{ and_no_test_send("events") }}
    group by
        {{ report_date("events.occurred_at") }},
        events.organization_id,
        events.business_unit_id,
        interaction_types.message_event,
        events.email_client_id,
        events.device_type_id,
        events.operating_system_id,
        events.browser_id
),

counted as (
    {%- for kind, (event, column) in told.items() %}
        select
            event_date,
            organization_id,
            business_unit_id,
            '{{ kind }}' as client_kind,
            {{ column }} as client_id,
            {{ "sum(interactions)" if event == "opened" else "cast(null as bigint)" }} as opens,
            {{ "sum(interactions)" if event == "clicked" else "cast(null as bigint)" }} as clicks
        from events
        where message_event = '{{ event }}'
        group by event_date, organization_id, business_unit_id, {{ column }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select
    {{ surrogate_key(qualified(grain, "counted")) }} as email_client_key,
    counted.event_date,
    counted.organization_id,
    counted.business_unit_id,
    counted.client_kind,
    counted.client_id,
    case when counted.client_id is null then 'unknown' else known_names.client_name end as client_name,
    cast(counted.opens as bigint) as opens,
    cast(counted.clicks as bigint) as clicks
from counted
left join {{ ref("client_names") }} as known_names
    on
        counted.client_kind = known_names.client_kind
        and counted.client_id = known_names.client_id
