{#-
    What happened to messages: the whole SQL of int_messages__events. A macro because a fact that restates few visits has
    to name them where the family tables are read; behind the view, all rows would be put together first.

    Argument: condition (SQL over the family tables, of the rows to take; empty means all). Returns: a select.
-#}
{% macro message_events(condition="") -%}
{%- set columns = {
    "interaction_type": "varchar",
    "organization_id": "varchar",
    "business_unit_id": "varchar",
    "journey_engine": "varchar",
    "profile_type": "varchar",
    "profile_id": "varchar",
    "journey_id": "varchar",
    "journey_run_id": "varchar",
    "journey_step_id": "varchar",
    "message_id": "varchar",
    "message_variation_name": "varchar",
    "usage_type": "varchar",
    "recipient_domain": "varchar",
    "bounce_type": "varchar",
    "bounce_category": "varchar",
    "delivered_count": "bigint",
    "was_answered": "boolean",
    "occurred_at": "timestamp",
} -%}
{%- do columns.update(contact_point_columns()) -%}
with interactions as (
    {{ union_families(message_family_tables(), columns, condition) }}
),

bounce_categories as (
    select * from {{ ref("bounce_categories") }}
),

events as (
    select
        interactions.interaction_type,
        interaction_types.channel,
        interaction_types.message_event,
        interactions.organization_id,
        interactions.business_unit_id,
        interactions.journey_engine,
        interactions.profile_type,
        interactions.profile_id,
        interactions.journey_id,
        interactions.journey_run_id,
        interactions.journey_step_id,
        interactions.message_id,
        interactions.message_variation_name,
        interactions.usage_type,
        interactions.recipient_domain,
        {{ contact_point_key_of_an_event("interactions") }} as contact_point_key,
        interaction_types.bounce_type is not null as is_bounce,
        case
            when interaction_types.bounce_type is null then null
            when interaction_types.bounce_type in ('hard', 'soft', 'block') then interaction_types.bounce_type
            when interaction_types.bounce_type != 'by_row' then null
            when lower(interactions.bounce_type) like 'hard%' then 'hard'
            when lower(interactions.bounce_type) like 'soft%' then 'soft'
            else bounce_categories.bounce_type
        end as bounce_type,
        -- What the event adds to the message's deliveries: push tells nothing beyond the send, a call counts as
        -- delivered when it is answered, and a remote bounce takes an e-mail's delivery back with -1.
        case
            when interaction_types.message_event = 'delivered' then coalesce(interactions.delivered_count, 1)
            when interaction_types.message_event = 'sent' and interaction_types.channel = 'push' then 1
            when interaction_types.message_event = 'attempted' and interactions.was_answered then 1
        end as deliveries,
        interactions.occurred_at
    from interactions
    inner join {{ ref("interaction_types") }} as interaction_types
        on interactions.interaction_type = interaction_types.interaction_type
    left join bounce_categories
        on lower(interactions.bounce_category) = bounce_categories.bounce_category
    where interaction_types.message_event is not null
)

select * from events
{%- endmacro %}
