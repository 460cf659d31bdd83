{#- What is counted: CTE -> (where the events are, kind -> column). -#}
{%- set counted = {
    "blocks": (ref("int_messages__block_events"), {"block_reason": "raw_reason"}),
    "drop_offs": ("drop_off_events", {"drop_off_reason": "reason"}),
    "bounces": ("bounce_events", {"bounce_category": "bounce_category"}),
    "usages": (ref("int_messages__events"), {"usage_type": "usage_type"}),
    "channels": ("channel_events", {"channel_type": "channel_type", "channel_definition": "channel_definition_id"}),
    "clients": ("client_events", {
        "browser": "browser_id",
        "operating_system": "operating_system_id",
        "device_type": "device_type_id",
        "email_client": "email_client_id",
    }),
} -%}

-- Counts come first and the look-up second: few different values stand on millions of rows.
with client_events as (
    {{ union_families([
        ref("int_audience__interactions"),
        ref("int_email__interactions"),
        ref("int_form__interactions"),
        ref("int_web__interactions"),
    ], {
        "interaction_type": "varchar",
        "browser_id": "varchar",
        "operating_system_id": "varchar",
        "device_type_id": "varchar",
        "email_client_id": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

channel_events as (
    {{ union_families([ref("int_audience__interactions"), ref("int_custom__interactions")], {
        "interaction_type": "varchar",
        "channel_type": "varchar",
        "channel_definition_id": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

leaving_events as (
    {{ union_families([ref("int_action__interactions"), ref("int_journey__interactions")], {
        "interaction_type": "varchar",
        "reason": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

bounce_events as (
    select events.*
    from {{ ref("int_email__interactions") }} as events
    inner join interaction_types
        on events.interaction_type = interaction_types.interaction_type
    where interaction_types.bounce_type is not null
),

drop_off_events as (
    select leaving_events.*
    from leaving_events
    inner join interaction_types
        on leaving_events.interaction_type = interaction_types.interaction_type
    where
        interaction_types.step_event = 'dropped_off'
        or interaction_types.run_event in ('dropped_before_entry', 'failed', 'unresolved')
        or (interaction_types.run_event in {{ run_end_events() }} and interaction_types.run_event != 'completed')
),

{% for name, (events, values) in counted.items() -%}
    {{ name }} as (
        {%- for kind, column in values.items() %}
            select
                '{{ kind }}' as reason_kind,
                interaction_type,
                {{ column }} as raw_value,
                count(*) as interactions,
                min(occurred_at) as first_seen_at,
                max(occurred_at) as last_seen_at
            from {{ events }}
            where {{ column }} is not null
            group by interaction_type, {{ column }}
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    ),

{% endfor -%}
unmapped as (
    select
        'block_reasons.csv' as reference_file,
        {{ plain_text("blocks.raw_value") }} as reference_value,
        blocks.*
    from blocks
    inner join {{ ref("dim_block_reasons") }} as reasons
        on
            blocks.interaction_type = reasons.interaction_type
            and blocks.raw_value = reasons.raw_reason
    where reasons.decided_by = 'unmapped'
    union all
    select
        'drop_off_reasons.csv' as reference_file,
        {{ plain_text("drop_offs.raw_value") }} as reference_value,
        drop_offs.*
    from drop_offs
    left join {{ ref("drop_off_reasons") }} as reasons
        on {{ plain_text("drop_offs.raw_value") }} = reasons.reason
    where reasons.reason is null
    union all
    select
        'bounce_categories.csv' as reference_file,
        lower(bounces.raw_value) as reference_value,
        bounces.*
    from bounces
    left join {{ ref("bounce_categories") }} as categories
        on lower(bounces.raw_value) = categories.bounce_category
    where categories.bounce_category is null
    union all
    select
        'test_send_rules.csv' as reference_file,
        lower(usages.raw_value) as reference_value,
        usages.*
    from usages
    left join {{ ref("test_send_rules") }} as rules
        on position(rules.pattern in lower(usages.raw_value)) > 0
    where rules.pattern is null
    union all
    select
        'channel_names.csv' as reference_file,
        lower(channels.raw_value) as reference_value,
        channels.*
    from channels
    left join {{ ref("channel_names") }} as known_names
        on lower(channels.raw_value) = known_names.raw_channel
    where known_names.raw_channel is null
    union all
    select
        'client_names.csv' as reference_file,
        clients.raw_value as reference_value,
        clients.*
    from clients
    left join {{ ref("client_names") }} as known_names
        on
            clients.reason_kind = known_names.client_kind
            and clients.raw_value = known_names.client_id
    where known_names.client_id is null
),

final as (
    select
        reason_kind,
        interaction_type,
        raw_value,
        interactions,
        first_seen_at,
        last_seen_at,
        reference_file,
        reference_value
    from unmapped
)

select * from final
