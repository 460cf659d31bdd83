with interaction_types as (
    select * from {{ ref("interaction_types") }}
),

leaving_events as (
    {{ union_families([ref("int_action__interactions"), ref("int_journey__interactions")], {
        "interaction_type": "varchar",
        "reason": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

channel_events as {{ inline_cte() }} (
    {{ union_families([ref("int_audience__interactions"), ref("int_custom__interactions")], {
        "interaction_type": "varchar",
        "channel_type": "varchar",
        "channel_definition_id": "varchar",
        "occurred_at": "timestamp",
    }) }}
),

client_events as {{ inline_cte() }} (
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

raw_values as (
    select
        'block_reason' as reason_kind,
        interaction_type,
        raw_reason as raw_value,
        occurred_at
    from {{ ref("int_messages__block_events") }}
    union all
    select
        'drop_off_reason' as reason_kind,
        interaction_type,
        reason as raw_value,
        occurred_at
    from leaving_events
    union all
    select
        'bounce_category' as reason_kind,
        interaction_type,
        bounce_category as raw_value,
        occurred_at
    from {{ ref("int_email__interactions") }}
    union all
    select
        'usage_type' as reason_kind,
        interaction_type,
        usage_type as raw_value,
        occurred_at
    from {{ ref("int_messages__events") }}
    union all
    select
        'channel_type' as reason_kind,
        interaction_type,
        channel_type as raw_value,
        occurred_at
    from channel_events
    union all
    select
        'channel_definition' as reason_kind,
        interaction_type,
        channel_definition_id as raw_value,
        occurred_at
    from channel_events
    union all
    select
        'browser' as reason_kind,
        interaction_type,
        browser_id as raw_value,
        occurred_at
    from client_events
    union all
    select
        'operating_system' as reason_kind,
        interaction_type,
        operating_system_id as raw_value,
        occurred_at
    from client_events
    union all
    select
        'device_type' as reason_kind,
        interaction_type,
        device_type_id as raw_value,
        occurred_at
    from client_events
    union all
    select
        'email_client' as reason_kind,
        interaction_type,
        email_client_id as raw_value,
        occurred_at
    from client_events
),

-- Counts come first and look-ups second: few different values stand on millions of rows.
counted as (
    select
        reason_kind,
        interaction_type,
        raw_value,
        count(*) as interactions,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at
    from raw_values
    where raw_value is not null
    group by reason_kind, interaction_type, raw_value
),

-- Not every event with a reason left something, nor did every one with a category bounce: its type says that.
meant as (
    select counted.*
    from counted
    inner join interaction_types
        on counted.interaction_type = interaction_types.interaction_type
    where
        case counted.reason_kind
            when 'bounce_category' then interaction_types.bounce_type is not null
            when 'drop_off_reason'
                then
                    interaction_types.step_event = 'dropped_off'
                    or interaction_types.run_event in ('dropped_before_entry', 'failed', 'unresolved')
                    or (
                        interaction_types.run_event in {{ run_end_events() }}
                        and interaction_types.run_event != 'completed'
                    )
            else true
        end
),

spelt as (
    select
        *,
        case reason_kind
            when 'block_reason' then 'block_reasons.csv'
            when 'drop_off_reason' then 'drop_off_reasons.csv'
            when 'bounce_category' then 'bounce_categories.csv'
            when 'usage_type' then 'test_send_rules.csv'
            when 'channel_type' then 'channel_names.csv'
            when 'channel_definition' then 'channel_names.csv'
            else 'client_names.csv'
        end as reference_file,
        case
            when reason_kind in ('block_reason', 'drop_off_reason') then {{ plain_text("raw_value") }}
            when reason_kind in ('bounce_category', 'usage_type', 'channel_type', 'channel_definition')
                then {{ lower_case("raw_value") }}
            else raw_value
        end as reference_value
    from meant
),

-- What the reference data explains: a block's reason for one interaction type, all else for any.
known as (
    select
        'block_reason' as reason_kind,
        interaction_type,
        {{ plain_text("raw_reason") }} as reference_value
    from {{ ref("dim_block_reasons") }}
    where decided_by != 'unmapped'
    union all
    select
        'drop_off_reason' as reason_kind,
        null as interaction_type,
        reason as reference_value
    from {{ ref("drop_off_reasons") }}
    union all
    select
        'bounce_category' as reason_kind,
        null as interaction_type,
        bounce_category as reference_value
    from {{ ref("bounce_categories") }}
    union all
    select
        'usage_type' as reason_kind,
        null as interaction_type,
        spelt.reference_value
    from spelt
    inner join {{ ref("test_send_rules") }} as rules
        on position(rules.pattern in spelt.reference_value) > 0
    where spelt.reason_kind = 'usage_type'
    union all
    select
        'channel_type' as reason_kind,
        null as interaction_type,
        raw_channel as reference_value
    from {{ ref("channel_names") }}
    union all
    select
        'channel_definition' as reason_kind,
        null as interaction_type,
        raw_channel as reference_value
    from {{ ref("channel_names") }}
    union all
    select
        client_kind as reason_kind,
        null as interaction_type,
        client_id as reference_value
    from {{ ref("client_names") }}
),

final as (
    select
        spelt.reason_kind,
        spelt.interaction_type,
        spelt.raw_value,
        spelt.interactions,
        spelt.first_seen_at,
        spelt.last_seen_at,
        spelt.reference_file,
        spelt.reference_value
    from spelt
    left join known
        on
            spelt.reason_kind = known.reason_kind
            and spelt.reference_value = known.reference_value
            and (spelt.interaction_type = known.interaction_type or known.interaction_type is null)
    where known.reason_kind is null
)

select * from final
