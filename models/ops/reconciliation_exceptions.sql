{%- set of_a_message = {
    "blocked_and_sent": ("blocked_at", "was_blocked and was_sent"),
    "delivered_without_send": ("delivered_at", "was_delivered and not was_sent"),
    "opened_without_delivery": ("first_opened_at", "was_opened and not was_delivered"),
    "clicked_without_delivery": ("first_clicked_at", "was_clicked and not was_delivered"),
} -%}
{%- set of_a_step = {
    "processed_without_inflow": ("processed_at", "step_outcome = 'processed' and entered_at is null"),
    "more_than_one_step_outcome": (
        "coalesce(processed_at, failed_at)",
        "(processed_at is not null and (failed_at is not null or dropped_off_at is not null)) "
        ~ "or (failed_at is not null and dropped_off_at is not null)",
    ),
} -%}

with run_ends as (
    select
        {{ qualified(run_grain(), "interactions") | join(",\n        ") }},
        max(interactions.occurred_at) as last_ended_at
    from {{ ref("int_journey__interactions") }} as interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where interaction_types.run_event in {{ run_end_events() }}
    group by {{ qualified(run_grain(), "interactions") | join(", ") }}
    having count(*) > 1
),

umbrella_overlaps as (
    select
        {{ message_grain() | join(", ") }},
        min(occurred_at) filter (where is_umbrella_block) as umbrella_at
    from {{ ref("int_messages__block_events") }}
    {%- if not var("include_test_sends") %}
        where {{ surrogate_key(message_grain()) }} in (
            select blocks.message_block_key from {{ ref("fct_message_blocks") }} as blocks
        )
    {%- endif %}
    group by {{ message_grain() | join(", ") }}
    having count(distinct is_umbrella_block) > 1
),

found as (
    {%- for exception_type, (occurred_at, condition) in of_a_message.items() %}
        select
            '{{ exception_type }}' as exception_type,
            engagement_key as subject_key,
            organization_id,
            channel,
            profile_key,
            journey_id,
            journey_run_id,
            journey_step_id,
            message_id,
            {{ occurred_at }} as occurred_at
        from {{ ref("fct_channel_engagement") }}
        where {{ condition }}
        union all
    {%- endfor %}
    {%- for exception_type, (occurred_at, condition) in of_a_step.items() %}
        select
            '{{ exception_type }}' as exception_type,
            journey_step_key as subject_key,
            organization_id,
            cast(null as string) as channel,
            profile_key,
            journey_id,
            journey_run_id,
            journey_step_id,
            cast(null as string) as message_id,
            {{ occurred_at }} as occurred_at
        from {{ ref("fct_journey_steps") }}
        where {{ condition }}
        union all
    {%- endfor %}
    select
        'umbrella_overlap' as exception_type,
        {{ surrogate_key(qualified(message_grain(), "umbrella_overlaps")) }} as subject_key,
        organization_id,
        channel,
        {{ profile_key("umbrella_overlaps") }} as profile_key,
        journey_id,
        journey_run_id,
        journey_step_id,
        message_id,
        umbrella_at as occurred_at
    from umbrella_overlaps
    {{- join_survivors("umbrella_overlaps") }}
    union all
    select
        'more_than_one_terminal_event' as exception_type,
        {{ surrogate_key(qualified(run_grain(), "run_ends")) }} as subject_key,
        organization_id,
        cast(null as string) as channel,
        {{ profile_key("run_ends") }} as profile_key,
        journey_id,
        journey_run_id,
        cast(null as string) as journey_step_id,
        cast(null as string) as message_id,
        last_ended_at as occurred_at
    from run_ends
    {{- join_survivors("run_ends") }}
),

final as (
    select
        {{ surrogate_key(["found.exception_type", "found.subject_key"]) }} as exception_key,
        found.exception_type,
        exception_types.severity,
        exception_types.subject,
        found.subject_key,
        found.organization_id,
        found.channel,
        found.profile_key,
        found.journey_id,
        found.journey_run_id,
        found.journey_step_id,
        found.message_id,
        found.occurred_at,
        exception_types.explanation,
        exception_types.what_to_do
    from found
    left join {{ ref("exception_types") }} as exception_types
        on found.exception_type = exception_types.exception_type
)

select * from final
