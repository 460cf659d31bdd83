{{ config(contract={"enforced": has_fixed_columns()}) }}
{%- set held = "interaction_types.activity_event = 'goal_reached'" %}

with interactions as (
    select * from {{ ref("int_outcome__interactions") }}
),

interaction_types as (
    select * from {{ ref("interaction_types") }}
),

messages as (
    select * from {{ ref("dim_messages") }}
),

engagement as (
    select
        engagement_key,
        delivered_at
    from {{ ref("fct_channel_engagement") }}
),

goals as (
    select interactions.*
    from interactions
    inner join interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    where {{ held }}
),

-- A goal names no channel; its message does.
with_channel as (
    select
        goals.*,
        messages.channel,
        -- A goal that states its run and step needs no more; of sends without it takes the first.
        cast(1 as bigint) as attempt
    from goals
    left join messages
        on
            goals.message_id = messages.message_id
            and goals.organization_id is not distinct from messages.organization_id
),

keyed as (
    select
        *,
        case when channel is not null then {{ surrogate_key(message_grain()) }} end as message_key
    from with_channel
),

final as (
    select
        {{ interaction_key("keyed") }} as interaction_key,
        keyed.goal_event_id,
        keyed.organization_id,
        keyed.business_unit_id,
        keyed.journey_engine,
        {{ profile_key("keyed") }} as profile_key,
        keyed.profile_type,
        keyed.profile_id,
        keyed.journey_id,
        keyed.journey_run_id,
        keyed.journey_step_id,
        keyed.message_id,
        keyed.channel,
        engagement.engagement_key,
        keyed.occurred_at,
        {{ seconds_between("engagement.delivered_at", "keyed.occurred_at") }} as seconds_since_delivery
    {{- added_columns("keyed", held) }}
    from keyed
        {{- join_survivors("keyed") }}
    left join engagement
        on keyed.message_key = engagement.engagement_key
)

select * from final
